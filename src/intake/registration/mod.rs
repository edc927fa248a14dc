//! 払込票 by file: a CSV with a header, each row one slip, all or none.

mod cell;
mod header;
mod row;

use std::{collections::HashMap, sync::Arc};

use csv::{ReaderBuilder, StringRecord, Terminator};
use time::Date;

use super::{
    Code, Encoding, Fault, Faults, ROWS_MAX, Refusal, Severity,
    encoding::Decoded,
    lines::{Lines, first_line},
};
use crate::domain::{NewSlip, SlipId};
use header::Header;

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

/// Reads a file of slips. `today` is the day in Japan: a slip that is due before is refused, and so is a name with a
/// character that `unprintable` names.
///
/// # Errors
/// When the file has more rows than are taken at once. Everything else is a fault of the reading.
pub fn read(
    bytes: &[u8],
    encoding: Encoding,
    today: Date,
    unprintable: Unprintable,
) -> Result<Reading, Refusal> {
    let rules = row::Rules { today, unprintable };
    if super::FILE_BYTES_MAX < bytes.len() {
        return Err(Refusal::TooManyBytes);
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .from_reader(Lines::new(Decoded::new(bytes, encoding)));
    let (mut slips, mut lines, mut faults) = (Vec::new(), Vec::new(), Faults::default());
    let (mut record, mut seen) = (StringRecord::new(), HashMap::new());
    let (mut header, mut rows, mut blank) = (None, 0, None);
    // The decoder gives UTF-8 and memory does not fail: a record that cannot be read is the end of the text.
    while reader.read_record(&mut record).unwrap_or(false) {
        let line = first_line(reader.position().line(), record.iter().map(str::as_bytes));
        let Some(header) = &header else {
            match Header::read(&record, line, &mut faults) {
                Some(it) => header = Some(it),
                None => break,
            }
            continue;
        };
        if record.iter().all(str::is_empty) {
            blank.get_or_insert(line);
            continue;
        }
        if let Some(line) = blank.take() {
            faults.error(line, Code::BlankRow);
        }
        rows += 1;
        if ROWS_MAX < rows {
            return Err(Refusal::TooManyRows);
        }
        let Some(slip) = row::read(header, &record, line, &rules, &mut faults) else { continue };
        if seen.insert(number(&slip.id), line).is_some() {
            faults.error(line, Code::RepeatedInFile);
        }
        slips.push(slip);
        lines.push(line);
    }
    if let Some(place) = reader.get_ref().inner().broken_at() {
        faults.error(line_of(bytes, place), Code::Encoding);
    } else if rows == 0 && faults.errors() == 0 {
        faults.error(1, Code::NoRows);
    }
    Ok(Reading { slips, lines, rows, faults })
}

/// A slip's name as one number: sixteen digits and one.
fn number(id: &SlipId) -> u64 {
    let digits = id.bill_number.as_str().bytes().fold(0, |it, b| it * 10 + u64::from(b - b'0'));
    digits * 10 + u64::from(id.reissue_number.get().unsigned_abs())
}

fn line_of(bytes: &[u8], place: usize) -> u64 {
    let before = bytes.iter().take(place).filter(|it| **it == b'\n').count();
    u64::try_from(before).unwrap_or(u64::MAX).saturating_add(1)
}

#[cfg(test)]
pub(super) mod tests;
