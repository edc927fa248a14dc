//! 払込票 by file: a CSV with a header, each row one slip, all or none.

mod branch;
mod cell;
mod file;
mod header;
mod row;
mod rows;

use std::{collections::HashMap, sync::Arc};

use time::Date;

use super::{Code, Encoding, Fault, Faults, Intake as _, Refusal, Severity};
use crate::domain::{NewSlip, SlipId};

pub use file::{Registration, Told};

/// Tells the first character of a name, counted from 1 in code points, that cannot be printed.
pub type Unprintable = Arc<dyn Fn(&str) -> Option<usize> + Send + Sync>;

/// What a file says, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The rows without a fault, in the order of the file.
    pub slips: Vec<NewSlip>,
    /// The line of each of them.
    pub lines: Vec<u64>,
    /// Rows of the file, good and bad.
    pub rows: usize,
    /// What is wrong. Without an error every row is in `slips`.
    pub faults: Faults,
}

impl Reading {
    /// Notes that these slips are registered already.
    pub fn note_existing(&mut self, taken: &[SlipId]) {
        let lines: HashMap<&SlipId, u64> =
            self.slips.iter().zip(&self.lines).map(|(slip, line)| (&slip.id, *line)).collect();
        let mut found: Vec<u64> = taken.iter().filter_map(|id| lines.get(id).copied()).collect();
        found.sort_unstable();
        for line in found {
            self.faults.push(Fault {
                severity: Severity::Error,
                line,
                column: None,
                field: Some("bill_number"),
                code: Code::Exists,
                masked: None,
            });
        }
    }
}

/// Reads a file of slips that is in memory; see [`Registration`].
///
/// # Errors
/// When the file has more rows or bytes than are taken at once. Everything else is a fault of the reading.
pub fn read(
    bytes: &[u8],
    encoding: Encoding,
    today: Date,
    unprintable: Unprintable,
) -> Result<Reading, Refusal> {
    let mut file = Registration::new(Some(encoding), today, unprintable);
    file.take(bytes)?;
    file.finish().map(|it| it.reading)
}

#[cfg(test)]
pub(super) mod tests;
