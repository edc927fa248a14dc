//! The published vectors, the worked examples, and the rules as properties.

use proptest::prelude::*;

use super::{Parts, Payload, check_digit};
use crate::domain::{AmountYen, BillNumber, DueDate, IssuerCode, ReissueNumber, TenantCode};

/// Vectors published by others (KNJ's manual, mcapps' tests), with the digit that they print.
const PUBLISHED: [&str; 4] = [
    "91912345012345678901234567890101033101230003",
    "91942386178953917853935692730103073110312903",
    "91959919833262024010101043480024071000395003",
    "91959919833262024010101043470024071000435007",
];

/// Examples worked by hand and drawn, decoded by other readers byte by byte.
const WORKED: [&str; 11] = [
    "91912345678900123456789012345015123100108002",
    "91912345678900123456789012345116013100108004",
    "91912345000420000000000000001026123110550005",
    "91912345000420000000000000002026123100549986",
    "91912345000420000000000000003026123110549997",
    "91912345000420000000000000004026123110500001",
    "91912345000420000000000000005026123100499992",
    "91912345000420000000000028125099999900030003",
    "91912345999999999999999999999927033113000000",
    "91900000000000000000000000000026040100000015",
    "91912345000010000000000000016026113000010000",
];

fn check_of(text: &str) -> u8 {
    let digits: &[u8; 43] = text.as_bytes().first_chunk().expect("43 digits and more");
    b'0' + check_digit(digits)
}

/// The digits with the right check digit behind them, so that it is another rule that refuses them.
fn closed(digits: &str) -> String {
    format!("{digits}{}", char::from(check_of(digits)))
}

fn rule(text: &str) -> &'static str {
    let error = Payload::parse(text).expect_err("refused");
    assert_eq!(error.field, "barcode");
    error.rule
}

fn parts(text: &str) -> Parts {
    Payload::parse(text).expect("good").parts()
}

#[test]
fn every_vector_reads_and_is_made_again_of_its_parts() {
    for vector in PUBLISHED.iter().chain(&WORKED) {
        assert_eq!(check_of(vector), vector.as_bytes()[43], "{vector}");
        assert_eq!(Payload::encode(&parts(vector)).as_str(), *vector);
    }
}

#[test]
fn the_digits_mean_what_the_table_says() {
    let parts = parts(WORKED[0]);
    assert_eq!(parts.issuer_code.as_str(), "912345");
    assert_eq!(parts.tenant_code.as_str(), "67890");
    assert_eq!(parts.bill_number.as_str(), "0123456789012345");
    assert_eq!(parts.reissue_number.get(), 0);
    assert_eq!(parts.due_date.map(DueDate::iso).as_deref(), Some("2015-12-31"));
    assert!(!parts.revenue_stamp);
    assert_eq!(parts.amount_yen.get(), 10_800);
    let none = Payload::parse(WORKED[7]).expect("good").parts();
    assert_eq!((none.due_date, none.amount_yen.get()), (None, 3_000));
    let most = Payload::parse(WORKED[8]).expect("good").parts();
    assert_eq!((most.reissue_number.get(), most.amount_yen.get()), (9, 300_000));
}

#[test]
fn the_lines_under_the_bars_are_those_that_stores_know() {
    let [upper, lower] = Payload::parse(WORKED[0]).expect("good").human_readable();
    assert_eq!(upper, "(91)912345-6789001234567890123450");
    assert_eq!(lower, "151231-0-010800-2");
}

#[test]
fn each_broken_rule_is_named() {
    let good = WORKED[0];
    for wrong in ["", &good[..43], &format!("{good}0"), &good.replace('5', "x")] {
        assert_eq!(rule(wrong), "must be exactly 44 digits");
    }
    // As many bytes, but a full-width digit takes three.
    assert_eq!(rule(&format!("{}５", &good[..41])), "must be exactly 44 digits");
    assert_eq!(rule(&closed(&format!("92{}", &good[2..43]))), AI);
    assert_eq!(rule(&closed(&format!("91412345{}", &good[8..43]))), ISSUER);
    assert_eq!(rule(&format!("{}3", &good[..43])), CHECK);
    let with = |from: usize, digits: &str| {
        closed(&format!("{}{digits}{}", &good[..from], &good[from + digits.len()..43]))
    };
    for day in ["260230", "261301", "260100", "000000", "990101", "999998", "260001"] {
        assert_eq!(rule(&with(30, day)), DUE, "{day}");
    }
    assert_eq!(rule(&with(36, "2")), "must have 0 or 1 as its revenue stamp flag");
    for amount in ["000000", "300001", "999999"] {
        assert_eq!(rule(&with(37, amount)), "must ask for 1 to 300000 yen", "{amount}");
    }
    assert!(ReissueNumber::new(10).is_err());
}

const AI: &str = "must begin with the application identifier 91";
const ISSUER: &str = "must name an issuer that begins with 9 or 5 after the 91";
const CHECK: &str = "must end in its check digit: at least one digit is wrong";
const DUE: &str = "must have a day of 2000 to 2098, or 999999, as its due date";

prop_compose! {
    fn any_parts()(
        issuer in "[59][0-9]{5}", tenant in "[0-9]{5}", bill in "[0-9]{16}", reissue in 0..=9_i16,
        due in proptest::option::of(0..36_159_i32), stamp: bool, yen in 1..=300_000_i32,
    ) -> Parts {
        let first = time::Date::from_calendar_date(2000, time::Month::January, 1).expect("a day");
        let day = |it: i32| DueDate::new(first + time::Duration::days(it.into())).expect("to 2098");
        Parts {
            issuer_code: IssuerCode::new(&issuer).expect("a code"),
            tenant_code: TenantCode::new(&tenant).expect("a code"),
            bill_number: BillNumber::new(&bill).expect("a number"),
            reissue_number: ReissueNumber::new(reissue).expect("a digit"),
            due_date: due.map(day),
            revenue_stamp: stamp,
            amount_yen: AmountYen::new(yen).expect("an amount"),
        }
    }
}

proptest! {
    #[test]
    fn what_was_encoded_reads_back(parts in any_parts()) {
        let payload = Payload::encode(&parts);
        prop_assert_eq!(payload.parts(), parts);
        prop_assert_eq!(Payload::parse(payload.as_str()), Ok(payload));
        let lines = payload.human_readable().concat();
        let digits: String = lines.chars().filter(char::is_ascii_digit).collect();
        prop_assert_eq!(digits, payload.as_str());
    }

    #[test]
    fn no_single_wrong_digit_is_taken(parts in any_parts(), place in 0..44_usize, by in 1..10_u8) {
        let mut digits = Payload::encode(&parts).as_str().as_bytes().to_vec();
        digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
        let text = String::from_utf8(digits).expect("digits");
        prop_assert!(Payload::parse(&text).is_err());
    }

    /// Two neighbours that differ by five exchange unnoticed: that is the algorithm, not a promise of ours.
    #[test]
    fn exchanged_neighbours_are_caught_unless_they_differ_by_five(
        parts in any_parts(), place in 0..43_usize,
    ) {
        let mut digits = Payload::encode(&parts).as_str().as_bytes().to_vec();
        let apart = digits[place].abs_diff(digits[place + 1]);
        digits.swap(place, place + 1);
        let text = String::from_utf8(digits).expect("digits");
        let caught = rule_of(&text) == Some(CHECK);
        prop_assert_eq!(caught, apart != 0 && apart != 5);
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,60}") {
        let _ = Payload::parse(&text);
        let _ = Payload::parse_printed(&text);
    }

    #[test]
    fn what_is_printed_under_the_bars_reads_back(parts in any_parts()) {
        let payload = Payload::encode(&parts);
        let [upper, lower] = payload.human_readable();
        for text in [format!("{upper}\n{lower}\n"), format!(" {upper} {lower}"), payload.as_str().to_owned()] {
            prop_assert_eq!(Payload::parse_printed(&text), Ok(payload));
        }
    }

    #[test]
    fn any_44_digits_with_a_right_end_are_read_or_refused_by_a_rule(digits in "91[59][0-9]{40}") {
        let text = closed(&digits);
        if let Ok(payload) = Payload::parse(&text) {
            prop_assert_eq!(Payload::encode(&payload.parts()), payload);
        } else {
            prop_assert_ne!(rule(&text), CHECK);
        }
    }
}

fn rule_of(text: &str) -> Option<&'static str> {
    Payload::parse(text).err().map(|it| it.rule)
}
