//! The world has the figures of the accident, every time.

use std::collections::BTreeSet;

use super::{BadShape, Error, LARGEST, PRINTING, Shape, World2023, names};

const SMALL: Shape =
    Shape { billers: 12, printing_rows: 37, largest_rows: 200, window: 320, slips: 400 };

#[test]
fn the_figures_are_those_of_the_accident() {
    let world = World2023::new(Shape::ACCIDENT).expect("a world");
    assert_eq!((world.billers.len(), world.slips.len()), (113, 70_000));
    assert_eq!(world.slips_of(PRINTING).count(), 377);
    assert_eq!(world.slips_of(LARGEST).count(), 28_125);
    let window: BTreeSet<usize> = world.slips[..40_000].iter().map(|it| it.biller).collect();
    assert_eq!(window.len(), 112, "each of the others is in the first rows");
    assert!(!window.contains(&PRINTING));
    let largest = world.slips[..40_000].iter().filter(|it| it.biller == LARGEST);
    let persons: BTreeSet<&str> = largest.map(|it| it.slip.customer_number.as_str()).collect();
    assert_eq!(persons.len(), 28_125, "each of its slips is a person");
}

#[test]
fn the_late_slip_moves_exactly_one_row_out_of_the_window() {
    let world = World2023::new(Shape::ACCIDENT).expect("a world");
    let id = |it: &super::Issued| it.slip.id.clone();
    let mut all: Vec<_> = world.slips.iter().map(id).collect();
    assert!(all.windows(2).all(|two| two[0] < two[1]), "sorted, and no name twice");
    let first: BTreeSet<_> = all[..40_000].iter().cloned().collect();
    all.push(id(&world.late));
    all.sort();
    let second: BTreeSet<_> = all[..40_000].iter().cloned().collect();
    assert_eq!(first.difference(&second).count(), 1);
    assert_eq!(first.union(&second).count(), 40_001);
    assert_ne!(world.late.biller, PRINTING);
}

#[test]
fn the_same_shape_makes_the_same_world() {
    let make = || World2023::new(SMALL).expect("a world");
    assert_eq!(make(), make());
    // A change here changes every figure and picture that was ever shown: make it on purpose.
    let world = make();
    let first = &world.slips[0];
    let found = format!(
        "{} {} {} {}",
        world.billers[first.biller].name.as_str(),
        first.slip.id,
        first.slip.customer_name.as_str(),
        first.slip.amount_yen.get()
    );
    assert_eq!(found, "見本川辺生活協同組合 0000000000001002-0 後藤　拓也 3365");
}

#[test]
fn a_larger_world_begins_with_the_smaller_one() {
    let small = World2023::new(SMALL).expect("a world");
    let large = World2023::new(Shape { slips: 1_000, ..SMALL }).expect("a world");
    assert_eq!(large.slips[..small.slips.len()], small.slips);
    assert_eq!((large.billers, large.slips.len()), (small.billers, 1_000));
}

#[test]
fn names_amounts_and_reissues_are_of_every_kind() {
    let world = World2023::new(Shape::ACCIDENT).expect("a world");
    let share = |what: &dyn Fn(&super::Issued) -> bool| {
        world.slips.iter().filter(|it| what(it)).count() as f64 / world.slips.len() as f64
    };
    let rare = share(&|it| names::is_rare(it.slip.customer_name.as_str()));
    assert!((0.055..0.065).contains(&rare), "{rare}");
    assert!((0.05..0.2).contains(&share(&|it| it.revenue_stamp)));
    assert!((0.01..0.06).contains(&share(&|it| it.slip.due_date.is_none())));
    assert!(0.0 < share(&|it| it.slip.id.reissue_number.get() == 1));
    assert!(0.0 < share(&|it| it.slip.amount_yen.get() == 300_000));
    let codes: BTreeSet<_> = world.billers.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes.len(), 113);
    assert!(world.billers.iter().all(|it| it.name.as_str().starts_with("見本")));
}

#[test]
fn figures_that_do_not_fit_are_refused() {
    assert_eq!(Shape::of_slips(40_376), Err(BadShape::TooFew(40_377)));
    assert!(Shape::of_slips(40_377).is_ok());
    assert_eq!(Shape::of_slips(u32::MAX), Err(BadShape::TooMany));
    let bad = World2023::new(Shape { billers: 2, ..SMALL });
    assert!(matches!(bad, Err(Error::Shape(BadShape::Billers(_)))));
    let bad = World2023::new(Shape { largest_rows: 315, ..SMALL });
    assert!(matches!(bad, Err(Error::Shape(BadShape::Billers(_)))));
}
