//! Records to slips: the header first, then row by row.

use std::collections::HashSet;

use super::{
    Reading,
    header::Header,
    row::{self, Rules},
};
use crate::{
    domain::{NewSlip, SlipId},
    intake::{
        Code, Faults, ROWS_MAX,
        records::{Met, Record},
    },
};

/// What was read so far, in one encoding.
#[derive(Clone)]
pub(super) struct Rows {
    rules: Rules,
    header: Option<Header>,
    /// The first blank line behind the last row.
    blank: Option<u64>,
    seen: HashSet<u64>,
    slips: Vec<NewSlip>,
    lines: Vec<u64>,
    rows: usize,
    faults: Faults,
    /// No record behind this one has a meaning.
    over: bool,
    /// There are more rows than are taken at once.
    refused: bool,
}

impl Rows {
    pub fn new(rules: Rules) -> Rows {
        Rows {
            rules,
            header: None,
            blank: None,
            seen: HashSet::new(),
            slips: Vec::new(),
            lines: Vec::new(),
            rows: 0,
            faults: Faults::default(),
            over: false,
            refused: false,
        }
    }

    /// Whether there is any sense in reading on.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Whether there are more rows than are taken at once.
    pub fn is_refused(&self) -> bool {
        self.refused
    }

    /// Takes the next record, and says whether another may come.
    pub fn meet(&mut self, met: Met<'_>) -> bool {
        match met {
            Met::Record(record) => self.record(&record),
            Met::TooLong(line) => {
                self.faults.error(line, Code::RecordTooLong);
                self.over = true;
            }
        }
        !self.over
    }

    fn record(&mut self, record: &Record<'_>) {
        let line = record.line;
        let Some(cells) = record.cells() else {
            self.faults.error(line, Code::Encoding);
            self.over = true;
            return;
        };
        let Some(header) = &self.header else {
            self.header = Header::read(&cells, line, &mut self.faults);
            self.over = self.header.is_none();
            return;
        };
        if cells.iter().all(|it| it.is_empty()) {
            self.blank.get_or_insert(line);
            return;
        }
        if let Some(line) = self.blank.take() {
            self.faults.error(line, Code::BlankRow);
        }
        self.rows += 1;
        if ROWS_MAX < self.rows {
            (self.over, self.refused) = (true, true);
            return;
        }
        let read = row::read(header, &cells, line, &self.rules, &mut self.faults);
        let Some(slip) = read else { return };
        if !self.seen.insert(number(&slip.id)) {
            self.faults.error(line, Code::RepeatedInFile);
        }
        self.slips.push(slip);
        self.lines.push(line);
    }

    /// What there was, when the text ended here, or stopped being text in that line.
    pub fn finish(mut self, broken_line: Option<u64>) -> Reading {
        if let Some(line) = broken_line {
            self.faults.error(line, Code::Encoding);
        } else if self.rows == 0 && self.faults.errors() == 0 {
            self.faults.error(1, Code::NoRows);
        }
        Reading { slips: self.slips, lines: self.lines, rows: self.rows, faults: self.faults }
    }
}

/// A slip's name as one number: sixteen digits and one.
fn number(id: &SlipId) -> u64 {
    let digits = id.bill_number.as_str().bytes().fold(0, |it, b| it * 10 + u64::from(b - b'0'));
    digits * 10 + u64::from(id.reissue_number.get().unsigned_abs())
}
