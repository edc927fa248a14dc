//! One row: each cell a value of the domain, or a fault.

use std::borrow::Cow;

use time::Date;

use super::{
    Unprintable, cell,
    header::{Field, Header},
};
use crate::{
    domain::{
        AmountYen, BillNumber, ConsumptionTaxYen, CustomerName, CustomerNumber, DueDate, NewSlip,
        ReissueNumber, SlipId,
    },
    intake::{Code, Fault, Faults, Severity, fault::mask_at, mask},
};

/// What of a slip was read so far.
#[derive(Default)]
struct Parts {
    bill: Option<BillNumber>,
    reissue: Option<ReissueNumber>,
    number: Option<CustomerNumber>,
    name: Option<CustomerName>,
    due: Option<DueDate>,
    amount: Option<AmountYen>,
    /// The tax and its column: it is compared with the amount, which may stand behind it.
    tax: Option<(i32, usize, String)>,
}

/// What decides about a row besides the row itself.
#[derive(Clone)]
pub(super) struct Rules {
    pub today: Date,
    pub unprintable: Unprintable,
}

/// Reads a row. None when something is wrong with it.
pub(super) fn read(
    header: &Header,
    cells: &[&str],
    line: u64,
    rules: &Rules,
    faults: &mut Faults,
) -> Option<NewSlip> {
    if cells.len() != header.columns.len() {
        faults.error(line, Code::CellCount);
        return None;
    }
    let before = faults.errors();
    let mut parts = Parts { reissue: Some(ReissueNumber::FIRST), ..Parts::default() };
    for ((field, cell), column) in header.columns.iter().zip(cells.iter().copied()).zip(1..) {
        let mut place = Place { line, column, field: *field, cell, faults };
        place.read(&mut parts, rules);
    }
    let tax = match (parts.tax, parts.amount) {
        (Some((yen, column, cell)), Some(amount)) => {
            let tax = ConsumptionTaxYen::new(yen, amount).ok();
            if tax.is_none() {
                let field = Field::ConsumptionTaxYen;
                Place { line, column, field, cell: &cell, faults }.error(Code::ConsumptionTaxYen);
            }
            tax
        }
        _ => None,
    };
    if before < faults.errors() {
        return None;
    }
    Some(NewSlip {
        id: SlipId { bill_number: parts.bill?, reissue_number: parts.reissue? },
        customer_number: parts.number?,
        customer_name: parts.name?,
        due_date: parts.due,
        amount_yen: parts.amount?,
        consumption_tax_yen: tax,
    })
}

/// One cell, and where its faults go.
struct Place<'a> {
    line: u64,
    column: usize,
    field: Field,
    cell: &'a str,
    faults: &'a mut Faults,
}

impl Place<'_> {
    fn push(&mut self, severity: Severity, code: Code) {
        self.push_masked(severity, code, mask(self.cell));
    }

    fn push_masked(&mut self, severity: Severity, code: Code, masked: String) {
        let (field, masked) = (Some(self.field.name()), Some(masked));
        let (line, column) = (self.line, Some(self.column));
        self.faults.push(Fault { severity, line, column, field, code, masked });
    }

    fn error(&mut self, code: Code) {
        self.push(Severity::Error, code);
    }

    /// Keeps a value, or notes what is wrong instead.
    fn keep<T>(&mut self, value: Option<T>, code: Code) -> Option<T> {
        if value.is_none() {
            self.error(code);
        }
        value
    }

    fn read(&mut self, parts: &mut Parts, rules: &Rules) {
        if let Some(code) = cell::forbidden(self.cell) {
            return self.error(code);
        }
        if self.field == Field::CustomerName {
            parts.name = self.customer_name(&rules.unprintable);
            return;
        }
        if self.cell.is_empty() {
            let empty = [Field::DueDate, Field::ConsumptionTaxYen, Field::Purpose, Field::Remarks];
            if !empty.contains(&self.field) && self.field != Field::ReissueNumber {
                self.error(Code::Missing);
            }
            return;
        }
        if cell::is_excel_number(self.cell) {
            return self.error(Code::ExcelNumber);
        }
        let text = match cell::narrowed(self.cell) {
            Some(text) => {
                self.push(Severity::Notice, Code::FullWidth);
                Cow::Owned(text)
            }
            None => Cow::Borrowed(self.cell),
        };
        self.read_plain(&text, parts, rules.today);
    }

    /// Reads a cell that is there and whose digits are plain.
    fn read_plain(&mut self, text: &str, parts: &mut Parts, today: Date) {
        match self.field {
            Field::BillNumber => parts.bill = self.bill_number(text),
            Field::CustomerNumber => {
                parts.number = self.keep(CustomerNumber::new(text).ok(), Code::CustomerNumber);
            }
            Field::DueDate => parts.due = self.due_date(text, today),
            Field::AmountYen => {
                let yen = cell::digits(text).and_then(|it| AmountYen::new(it).ok());
                parts.amount = self.keep(yen, Code::AmountYen);
            }
            Field::ConsumptionTaxYen => {
                let yen = self.keep(cell::digits(text), Code::ConsumptionTaxYen);
                parts.tax = yen.map(|it| (it, self.column, self.cell.to_owned()));
            }
            Field::ReissueNumber => {
                // One digit: `00` is another column's value.
                let number = cell::digits(text).filter(|_| text.len() == 1);
                let number = number.and_then(|it| i16::try_from(it).ok());
                let number = number.and_then(|it| ReissueNumber::new(it).ok());
                parts.reissue = self.keep(number, Code::ReissueNumber);
            }
            Field::Purpose | Field::Remarks => self.error(Code::NotKept),
            Field::CustomerName => {}
        }
    }

    /// A name that a slip has room for, and every character of which can be printed on it.
    fn customer_name(&mut self, unprintable: &Unprintable) -> Option<CustomerName> {
        let name = CustomerName::new(self.cell).ok();
        let code = if self.cell.is_empty() { Code::Missing } else { Code::CustomerName };
        let name = self.keep(name, code)?;
        if let Some(place) = unprintable(self.cell) {
            self.push_masked(Severity::Error, Code::NoGlyph, mask_at(self.cell, place));
            return None;
        }
        Some(name)
    }

    fn bill_number(&mut self, text: &str) -> Option<BillNumber> {
        let digits = text.bytes().all(|it| it.is_ascii_digit());
        let short = digits && text.len() < BillNumber::DIGITS;
        let code = if short { Code::LostZeros } else { Code::BillNumber };
        self.keep(BillNumber::new(text).ok(), code)
    }

    fn due_date(&mut self, text: &str, today: Date) -> Option<DueDate> {
        let day = self.keep(cell::day(text), Code::DueDate)?;
        if day.due.date() < today {
            self.error(Code::DueDateOver);
            return None;
        }
        if day.short {
            self.push(Severity::Notice, Code::ShortDate);
        }
        Some(day.due)
    }
}
