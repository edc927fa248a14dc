//! 収納データ: settlement files of collectors, in three named layouts.
//!
//! Bytes are sliced before anything is decoded: in the multi-byte text of these files a second byte may look like a
//! digit or a letter. Only fields of ASCII digits are read; names are not looked at. A file is one biller's; a line of
//! another biller is reported before any other fault, because then the file itself is a leak.

mod dsk;
mod field;
mod fixed;
mod key;

pub use key::event_key;

use super::{
    Code, Fault, Faults, Intake, ROWS_MAX, Refusal, Severity, count_bytes, records::Records,
};
use crate::domain::{IssuerCode, PaymentEvent, Scanned, TenantCode};

/// A form of settlement file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// MUFG Factor: 120 bytes a record, types 1, 2, 8, 9.
    Mufg120,
    /// Mizuho Factor: the same with a byte before the barcode, and other fields behind it.
    Mizuho120,
    /// DSK: CSV of 13 columns.
    Dsk13,
}

impl Layout {
    /// All of them.
    pub const ALL: &[Layout] = &[Layout::Mufg120, Layout::Mizuho120, Layout::Dsk13];

    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Layout::Mufg120 => "mufg_120",
            Layout::Mizuho120 => "mizuho_120",
            Layout::Dsk13 => "dsk_13",
        }
    }

    /// Reads the word. None when there is no such layout.
    pub fn parse(text: &str) -> Option<Layout> {
        Layout::ALL.iter().find(|it| it.as_str() == text).copied()
    }
}

/// What a file says, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Its events, in the order of the file.
    pub events: Vec<PaymentEvent>,
    /// What is wrong.
    pub faults: Faults,
    /// The first line that belongs to another biller, and how many do.
    pub foreign: Option<Foreign>,
}

/// Lines of another biller. Whose they are is not said: the reader must not learn it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// The first of them, from 1.
    pub line: u64,
    /// How many.
    pub lines: usize,
}

/// Whose file it must be.
#[derive(Debug, Clone)]
pub struct Owner {
    /// 収納企業コード.
    pub tenant_code: TenantCode,
    /// 請求書発行企業コード, when it is known: the codes of billers are the collector's own.
    pub issuer_code: Option<IssuerCode>,
}

/// Reads a settlement file that is in memory; see [`Settlement`].
///
/// # Errors
/// When the file has more rows or bytes than are taken at once. Everything else is in the reading.
pub fn read(bytes: &[u8], layout: Layout, owner: &Owner) -> Result<Reading, Refusal> {
    let mut file = Settlement::new(layout, owner.clone());
    file.take(bytes)?;
    file.finish()
}

/// A settlement file that is read while it arrives.
pub struct Settlement {
    bytes: usize,
    form: Form,
    reader: Reader,
}

/// How the bytes are split.
enum Form {
    Fixed(fixed::Fixed),
    Dsk(Box<Records>),
}

impl Settlement {
    /// Begins a file, which must be its owner's.
    pub fn new(layout: Layout, owner: Owner) -> Settlement {
        let form = match layout {
            Layout::Mufg120 => Form::Fixed(fixed::Fixed::new(&fixed::MUFG)),
            Layout::Mizuho120 => Form::Fixed(fixed::Fixed::new(&fixed::MIZUHO)),
            Layout::Dsk13 => Form::Dsk(Box::new(Records::new())),
        };
        Settlement { bytes: 0, form, reader: Reader { owner, reading: Reading::default() } }
    }
}

impl Intake for Settlement {
    type Reading = Reading;

    fn take(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        count_bytes(&mut self.bytes, piece)?;
        match &mut self.form {
            Form::Fixed(it) => it.take(piece, &mut self.reader),
            Form::Dsk(it) => dsk::take(it, piece, &mut self.reader),
        }
    }

    fn finish(mut self) -> Result<Reading, Refusal> {
        match &mut self.form {
            Form::Fixed(it) => it.finish(&mut self.reader)?,
            Form::Dsk(it) => dsk::finish(it, &mut self.reader)?,
        }
        let mut reading = self.reader.reading;
        if reading.events.is_empty() && reading.faults.errors() == 0 && reading.foreign.is_none() {
            reading.faults.error(1, Code::NoRows);
        }
        Ok(reading)
    }
}

/// What a layout's reader fills.
struct Reader {
    owner: Owner,
    reading: Reading,
}

impl Reader {
    fn error(&mut self, line: u64, column: usize, code: Code) {
        self.reading.faults.push(Fault {
            severity: Severity::Error,
            line,
            column: Some(column),
            field: None,
            code,
            masked: None,
        });
    }

    /// Notes a line of another biller.
    fn foreign(&mut self, line: u64) {
        let foreign = self.reading.foreign.get_or_insert(Foreign { line, lines: 0 });
        foreign.lines += 1;
    }

    /// Whether a code is the owner's own.
    fn is_owner(&self, tenant_code: &[u8]) -> bool {
        self.owner.tenant_code.as_str().as_bytes() == tenant_code
    }

    /// Adds the event of a line, if it is the owner's.
    fn event(&mut self, event: PaymentEvent) -> Result<(), Refusal> {
        if ROWS_MAX <= self.reading.events.len() {
            return Err(Refusal::TooManyRows);
        }
        self.reading.events.push(event);
        Ok(())
    }

    /// What a line's barcode says, if it is one; and notes it when it is another biller's.
    fn barcode(&mut self, digits: &[u8], line: u64, column: usize) -> Option<Scanned> {
        let text = std::str::from_utf8(digits).ok();
        let scanned = text.and_then(|it| Scanned::new(it).ok());
        let Some(scanned) = scanned else {
            self.error(line, column, Code::Barcode);
            return None;
        };
        let issuer = self.owner.issuer_code.as_ref();
        let ours = issuer.is_none_or(|it| it.as_str() == scanned.issuer_code());
        if !ours || !self.is_owner(scanned.tenant_code().as_bytes()) {
            self.foreign(line);
            return None;
        }
        Some(scanned)
    }
}

#[cfg(test)]
pub(super) mod tests;
