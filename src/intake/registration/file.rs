//! A file of slips while it arrives, and which encoding it turns out to be in.

use time::Date;

use super::{Reading, Unprintable, branch::Branch, row::Rules};
use crate::intake::{Code, Encoding, Faults, Intake, Refusal, count_bytes};

/// What a file was, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The encoding it was read in; UTF-8 when it is in neither.
    pub encoding: Encoding,
    /// Whether that was found out, or said.
    pub detected: bool,
    /// Its slips and faults.
    pub reading: Reading,
}

/// A file of slips that is read while it arrives.
///
/// Unless its encoding is said, it is UTF-8 when every byte of it fits, else CP932 when every byte fits, else neither.
/// That is known at the end. So from the first byte on that is not ASCII, both are read, until a byte does not fit one
/// of them. Most files show it in their header.
pub struct Registration {
    bytes: usize,
    guess: Guess,
    first: Branch,
    second: Option<Branch>,
}

/// What is known of the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guess {
    /// It was said.
    Said,
    /// Every byte was ASCII: the same in both.
    Ascii,
    /// It may be UTF-8, which is `first`; and CP932, if there is a `second`.
    Open,
    /// It is not UTF-8.
    Cp932,
    /// It is neither. Nothing of it has a meaning.
    Neither,
}

impl Registration {
    /// Begins a file. `today` is the day in Japan: a slip that is due before is refused, and so is a name with a
    /// character that `unprintable` names.
    pub fn new(said: Option<Encoding>, today: Date, unprintable: Unprintable) -> Registration {
        let rules = Rules { today, unprintable };
        let first = Branch::new(said.unwrap_or(Encoding::Utf8), rules);
        let guess = if said.is_some() { Guess::Said } else { Guess::Ascii };
        Registration { bytes: 0, guess, first, second: None }
    }

    /// Gives bytes to all that may still be right.
    fn read(&mut self, piece: &[u8]) {
        for branch in [Some(&mut self.first), self.second.as_mut()].into_iter().flatten() {
            branch.take(piece);
        }
        self.settle();
    }

    /// Drops what a byte did not fit.
    fn settle(&mut self) {
        if self.guess == Guess::Said {
            return;
        }
        self.second = self.second.take().filter(|it| !it.is_broken());
        if self.first.is_broken() {
            self.guess = match self.second.take() {
                Some(it) => {
                    self.first = it;
                    Guess::Cp932
                }
                None => Guess::Neither,
            };
        }
    }
}

impl Intake for Registration {
    type Reading = Told;

    fn take(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        count_bytes(&mut self.bytes, piece)?;
        let plain = match self.guess {
            Guess::Ascii => piece.iter().position(|it| !it.is_ascii()),
            _ => None,
        };
        match plain {
            _ if self.guess == Guess::Neither => return Ok(()),
            None => self.read(piece),
            Some(at) => {
                self.first.take(&piece[..at]);
                self.second = Some(self.first.fork(Encoding::Cp932));
                self.guess = Guess::Open;
                self.read(&piece[at..]);
            }
        }
        // Both have the same rows while both fit: no byte of a CP932 character looks like a part of a CSV.
        let refused = self.first.is_refused()
            && self.second.as_ref().is_none_or(Branch::is_refused)
            && self.guess != Guess::Neither;
        if refused { Err(Refusal::TooManyRows) } else { Ok(()) }
    }

    fn finish(mut self) -> Result<Told, Refusal> {
        for branch in [Some(&mut self.first), self.second.as_mut()].into_iter().flatten() {
            branch.end();
        }
        if self.guess != Guess::Neither {
            self.settle();
        }
        let detected = self.guess != Guess::Said;
        if self.guess == Guess::Neither {
            return Ok(Told { encoding: Encoding::Utf8, detected, reading: unreadable() });
        }
        let encoding = self.first.encoding();
        Ok(Told { encoding, detected, reading: self.first.finish()? })
    }
}

/// What neither encoding can read.
fn unreadable() -> Reading {
    let mut faults = Faults::default();
    faults.error(1, Code::Encoding);
    Reading { slips: Vec::new(), lines: Vec::new(), rows: 0, faults }
}
