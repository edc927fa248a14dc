//! Whose slips come where, and what stands on them.

use time::{Date, Duration, Month};

use crate::{
    domain::{
        AMOUNT_YEN_MAX, AmountYen, BillNumber, ConsumptionTaxYen, CustomerName, CustomerNumber,
        DueDate, Invalid, NewSlip, ReissueNumber, SlipId, revenue_stamp,
    },
    lab::world_of_2023::{Biller, Issued, LARGEST, PRINTING, Shape, names, random::Random},
};

/// Every slip in order, and the late one.
pub(super) fn slips(
    shape: &Shape,
    billers: &[Biller],
    random: &mut Random,
) -> Result<(Vec<Issued>, Issued), Invalid> {
    let owners = owners(shape, random);
    let mut issued: Vec<Issued> = Vec::with_capacity(owners.len());
    let mut issuer =
        Issuer { billers, random: Random::new(0x0073_6C69_7073), bill: 1_000, persons: 0 };
    for owner in owners {
        // A few slips are second issues of the bill before. Not the largest biller's: its slips are persons.
        let again = issued.last().filter(|it| {
            it.biller == owner && owner != LARGEST && it.slip.id.reissue_number.get() == 0
        });
        let slip = match again {
            Some(first) if issuer.random.below(8) == 0 => reissue(first)?,
            _ => issuer.issue(owner)?,
        };
        issued.push(slip);
    }
    let late = late(shape, &issued, &mut issuer)?;
    Ok((issued, late))
}

/// Whose slip comes where: the window first, without the biller that prints; then that biller; then the rest.
fn owners(shape: &Shape, random: &mut Random) -> Vec<usize> {
    let others: Vec<usize> = (LARGEST + 1..shape.billers as usize).collect();
    let small = shape.window - shape.largest_rows;
    let mut window = vec![LARGEST; shape.largest_rows as usize];
    window.extend(&others);
    window.extend((others.len()..small as usize).map(|_| skewed(&others, random)));
    random.shuffle(&mut window);
    // The rest only grows at its end, so that a larger world holds the smaller one: kept data can be added to.
    window.extend((0..shape.printing_rows).map(|_| PRINTING));
    let rest = shape.slips - shape.window - shape.printing_rows;
    window.extend((0..rest).map(|_| skewed(&others, random)));
    window
}

/// One of them, the earlier ones more often: billers are not of one size.
fn skewed(from: &[usize], random: &mut Random) -> usize {
    let end = random.below(u32::try_from(from.len()).expect("a few hundred")) + 1;
    from[random.below(end) as usize]
}

/// Issues bills with rising numbers.
struct Issuer<'a> {
    billers: &'a [Biller],
    random: Random,
    bill: u64,
    persons: u32,
}

impl Issuer<'_> {
    /// A slip with the next bill number. At least one number before it stays free.
    fn issue(&mut self, biller: usize) -> Result<Issued, Invalid> {
        self.bill += 2 + u64::from(self.random.below(9));
        self.issue_as(biller, self.bill)
    }

    fn issue_as(&mut self, biller: usize, bill: u64) -> Result<Issued, Invalid> {
        self.persons += 1;
        let random = &mut self.random;
        let yen = amount(random);
        let amount_yen = AmountYen::new(yen)?;
        let tax = (random.below(2) == 0).then_some(yen / 11);
        let consumption_tax_yen =
            tax.map(|it| ConsumptionTaxYen::new(it, amount_yen)).transpose()?;
        let policy = self.billers[biller].stamp_policy;
        let slip = NewSlip {
            id: SlipId {
                bill_number: BillNumber::new(&format!("{bill:016}"))?,
                reissue_number: ReissueNumber::FIRST,
            },
            customer_number: CustomerNumber::new(&format!(
                "{}-{:07}",
                self.billers[biller].code.as_str(),
                self.persons
            ))?,
            customer_name: CustomerName::new(&names::person(random))?,
            due_date: due(random)?,
            amount_yen,
            consumption_tax_yen,
        };
        // The replay compares what the database stored with what is computed here, byte by byte.
        let revenue_stamp = revenue_stamp(amount_yen, consumption_tax_yen, policy);
        Ok(Issued { biller, slip, revenue_stamp })
    }
}

/// The second issue of a bill: the same person and amount, a month later.
fn reissue(first: &Issued) -> Result<Issued, Invalid> {
    let mut again = first.clone();
    again.slip.id.reissue_number = ReissueNumber::new(1)?;
    again.slip.due_date = match first.slip.due_date {
        Some(it) => Some(DueDate::new(it.date() + Duration::days(30))?),
        None => None,
    };
    Ok(again)
}

/// A slip for a free number in the middle of the window, of a biller that has others there.
fn late(shape: &Shape, issued: &[Issued], issuer: &mut Issuer<'_>) -> Result<Issued, Invalid> {
    let before = &issued[shape.window as usize / 2];
    let bill: u64 = before.slip.id.bill_number.as_str().parse().expect("sixteen digits");
    issuer.issue_as(LARGEST + 1, bill + 1)
}

/// Mostly small, now and then the most that a store takes.
fn amount(random: &mut Random) -> i32 {
    let (low, wide) = match random.below(1_000) {
        0..5 => return AMOUNT_YEN_MAX,
        5..10 => return 1 + i32::try_from(random.below(50)).unwrap_or(0),
        10..620 => (800, 11_200),
        620..920 => (12_000, 48_000),
        _ => (60_000, 240_000),
    };
    low + i32::try_from(random.below(wide)).unwrap_or(0)
}

/// A day of the half-year after the accident; for one in thirty none.
fn due(random: &mut Random) -> Result<Option<DueDate>, Invalid> {
    if random.below(30) == 0 {
        return Ok(None);
    }
    let first = Date::from_calendar_date(2023, Month::March, 20).expect("a day of the calendar");
    DueDate::new(first + Duration::days(random.below(190).into())).map(Some)
}
