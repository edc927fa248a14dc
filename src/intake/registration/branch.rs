//! One way to read a file: its bytes in one encoding, down to its rows.

use super::{Reading, row::Rules, rows::Rows};
use crate::intake::{Encoding, Refusal, encoding::Decoding, records::Records};

pub(super) struct Branch {
    decoding: Decoding,
    records: Records,
    rows: Rows,
    text: Vec<u8>,
}

impl Branch {
    pub fn new(encoding: Encoding, rules: Rules) -> Branch {
        let (decoding, records) = (Decoding::new(encoding), Records::new());
        Branch { decoding, records, rows: Rows::new(rules), text: Vec::new() }
    }

    /// The same place of the same file, whose bytes were ASCII so far, in another encoding.
    pub fn fork(&self, encoding: Encoding) -> Branch {
        Branch {
            decoding: self.decoding.fork(encoding),
            records: self.records.fork(),
            rows: self.rows.clone(),
            text: Vec::new(),
        }
    }

    pub fn encoding(&self) -> Encoding {
        self.decoding.encoding()
    }

    /// Whether a byte was no text in this encoding.
    pub fn is_broken(&self) -> bool {
        self.decoding.broken_line().is_some()
    }

    /// Whether there are more rows than are taken at once.
    pub fn is_refused(&self) -> bool {
        self.rows.is_refused()
    }

    pub fn take(&mut self, piece: &[u8]) {
        self.text.clear();
        self.decoding.take(piece, &mut self.text);
        self.parse();
    }

    /// Takes the end of the file: half a character there is no text.
    pub fn end(&mut self) {
        self.text.clear();
        self.decoding.finish(&mut self.text);
        self.parse();
        let rows = &mut self.rows;
        if !rows.is_over() {
            self.records.finish(&mut |met| rows.meet(met));
        }
    }

    fn parse(&mut self) {
        let rows = &mut self.rows;
        if !rows.is_over() {
            self.records.take(&self.text, &mut |met| rows.meet(met));
        }
    }

    /// What it came to.
    pub fn finish(self) -> Result<Reading, Refusal> {
        if self.rows.is_refused() {
            return Err(Refusal::TooManyRows);
        }
        Ok(self.rows.finish(self.decoding.broken_line()))
    }
}
