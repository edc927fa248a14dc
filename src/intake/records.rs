//! A CSV as it arrives: its records one by one, each with the line that it begins in.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

use super::lines::Lines;

/// Bytes of a record at most. A quotation mark that nobody closed makes one record of the rest of a file.
pub(super) const RECORD_BYTES_MAX: usize = 64 * 1024;

/// Cells of a record at most.
pub(super) const RECORD_CELLS_MAX: usize = 1_024;

/// Bytes with which the parser begins: it looks for a byte order mark in what it is given first.
const BEGIN: usize = 3;

/// Splits bytes into records. It holds one record, never the file.
pub(super) struct Records {
    lines: Lines,
    reader: Reader,
    /// Bytes that wait for the parser's beginning; none when it has begun.
    begin: Option<Vec<u8>>,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// How much of `text` and of `ends` belongs to the record under way.
    filled: (usize, usize),
    /// What the parser was given of the record under way.
    given: Vec<u8>,
    over: bool,
}

/// What is met in a file.
pub(super) enum Met<'a> {
    /// A record.
    Record(Record<'a>),
    /// One that is longer than any of ours, and the line it begins in. Nothing comes behind it.
    TooLong(u64),
}

/// One record.
pub(super) struct Record<'a> {
    text: &'a [u8],
    ends: &'a [usize],
    /// The line that it begins in, from 1.
    pub line: u64,
}

impl<'a> Record<'a> {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Its cells as bytes.
    pub fn iter(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (text, mut from) = (self.text, 0);
        self.ends.iter().map(move |end| {
            let cell = text.get(from..*end).unwrap_or_default();
            from = *end;
            cell
        })
    }

    /// A cell by its place, from 0; empty when there is none.
    pub fn cell(&self, place: usize) -> &'a [u8] {
        self.iter().nth(place).unwrap_or_default()
    }

    /// Its cells as text. None when they are no UTF-8.
    pub fn cells(&self) -> Option<Vec<&'a str>> {
        let text = std::str::from_utf8(self.text).ok()?;
        let mut from = 0;
        let cell = |end: &usize| {
            let cell = text.get(from..*end);
            from = *end;
            cell
        };
        self.ends.iter().map(cell).collect()
    }
}

impl Records {
    pub fn new() -> Records {
        Records {
            lines: Lines::new(),
            reader: reader(),
            begin: Some(Vec::new()),
            given: Vec::new(),
            text: vec![0; 1024],
            ends: vec![0; 32],
            filled: (0, 0),
            over: false,
        }
    }

    /// Another that stands at the same place. The parser cannot be cloned: csv-core 0.1.13 copies half of it. So a new
    /// one is given what the old one was given of the record under way.
    pub fn fork(&self) -> Records {
        let mut reader = reader();
        reader.set_line(self.reader.line().saturating_sub(line_feeds(&self.given)));
        let (lines, begin, over) = (self.lines.clone(), self.begin.clone(), self.over);
        let mut fork = Records { lines, reader, begin, over, ..Records::new() };
        // No record ends in it.
        fork.parse(&self.given, &mut |_| true);
        fork
    }

    /// Takes the next bytes, and gives each record that they end to `each`, until that says no.
    pub fn take(&mut self, piece: &[u8], each: &mut impl FnMut(Met<'_>) -> bool) {
        let mut out = Vec::with_capacity(piece.len() + 1);
        self.lines.take(piece, &mut out);
        self.feed(out, each);
    }

    /// Gives what is left.
    pub fn finish(&mut self, each: &mut impl FnMut(Met<'_>) -> bool) {
        let mut out = Vec::new();
        self.lines.finish(&mut out);
        self.feed(out, each);
        if let Some(begin) = self.begin.take() {
            self.parse(&begin, each);
        }
        // Nothing more is how the parser is told that this is the end.
        while !self.over && self.step(&[], each).1 {}
    }

    fn feed(&mut self, out: Vec<u8>, each: &mut impl FnMut(Met<'_>) -> bool) {
        match &mut self.begin {
            None => self.parse(&out, each),
            Some(begin) => {
                begin.extend_from_slice(&out);
                if BEGIN <= begin.len() {
                    let begin = std::mem::take(begin);
                    self.begin = None;
                    self.parse(&begin, each);
                }
            }
        }
    }

    fn parse(&mut self, mut bytes: &[u8], each: &mut impl FnMut(Met<'_>) -> bool) {
        while !bytes.is_empty() && !self.over {
            let (read, _) = self.step(bytes, each);
            self.given.extend_from_slice(&bytes[..read]);
            // Between two records, or behind a blank line. In a cell a line feed is text, and fills it.
            if self.filled == (0, 0) && self.given.last() == Some(&b'\n') {
                self.given.clear();
            }
            bytes = &bytes[read..];
        }
    }

    /// One call of the parser: how many bytes it read, and whether there may be more in it.
    fn step(&mut self, bytes: &[u8], each: &mut impl FnMut(Met<'_>) -> bool) -> (usize, bool) {
        let (text, ends) = self.filled;
        let (result, read, put, ended) =
            self.reader.read_record(bytes, &mut self.text[text..], &mut self.ends[ends..]);
        self.filled = (text + put, ends + ended);
        match result {
            ReadRecordResult::InputEmpty => return (read, true),
            ReadRecordResult::OutputFull => self.grow(self.text.len() < RECORD_BYTES_MAX, each),
            ReadRecordResult::OutputEndsFull => {
                self.grow(self.ends.len() < RECORD_CELLS_MAX, each);
            }
            ReadRecordResult::Record => {
                let (text, ends) = std::mem::take(&mut self.filled);
                let (text, ends) = (&self.text[..text], &self.ends[..ends]);
                // The parser stands behind the record, whose cells may hold line feeds themselves.
                let behind = self.reader.line().saturating_sub(1);
                let line = behind.saturating_sub(line_feeds(text)).max(1);
                self.over = !each(Met::Record(Record { text, ends, line }));
            }
            ReadRecordResult::End => return (read, false),
        }
        (read, true)
    }

    /// Makes room, or gives up.
    fn grow(&mut self, may: bool, each: &mut impl FnMut(Met<'_>) -> bool) {
        if may {
            self.text.resize((2 * self.text.len()).min(RECORD_BYTES_MAX), 0);
            self.ends.resize((2 * self.ends.len()).min(RECORD_CELLS_MAX), 0);
        } else {
            self.over = true;
            let inside = line_feeds(&self.text[..self.filled.0]);
            each(Met::TooLong(self.reader.line().saturating_sub(inside).max(1)));
        }
    }
}

fn reader() -> Reader {
    ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build()
}

fn line_feeds(text: &[u8]) -> u64 {
    text.iter().filter(|it| **it == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::{Met, RECORD_BYTES_MAX, RECORD_CELLS_MAX, Records};

    /// Line and cells of a record, or the line of one that is too long.
    type Seen = Result<(u64, Vec<Vec<u8>>), u64>;

    fn met(bytes: &[u8], size: usize) -> Vec<Seen> {
        let (mut records, mut all) = (Records::new(), Vec::new());
        let mut each = |met: Met<'_>| {
            all.push(match met {
                Met::Record(it) => Ok((it.line, it.iter().map(<[u8]>::to_vec).collect())),
                Met::TooLong(line) => Err(line),
            });
            true
        };
        for piece in bytes.chunks(size) {
            records.take(piece, &mut each);
        }
        records.finish(&mut each);
        all
    }

    #[test]
    fn a_record_begins_where_an_editor_says_wherever_the_pieces_end() {
        let text = b"h\r\n\r\n\"a\r\nb\",1\r\nc,2\r\n\nd,3";
        for size in 1..=text.len() {
            let all = met(text, size);
            let lines: Vec<_> = all.iter().map(|it| it.as_ref().map(|it| it.0)).collect();
            assert_eq!(lines, [Ok(1), Ok(3), Ok(5), Ok(7)], "{size}");
            assert_eq!(all[1], Ok((3, vec![b"a\nb".to_vec(), b"1".to_vec()])), "{size}");
        }
        assert_eq!(met(b"", 1), []);
    }

    #[test]
    fn a_mark_is_no_text_wherever_the_pieces_end() {
        for size in 1..5 {
            assert_eq!(
                met(b"\xef\xbb\xbfa,b", size),
                [Ok((1, vec![b"a".to_vec(), b"b".to_vec()]))]
            );
            assert_eq!(met(b"a", size), [Ok((1, vec![b"a".to_vec()]))]);
        }
    }

    #[test]
    fn a_record_that_never_ends_is_given_up_and_not_held() {
        let mut open = b"a\nb\n\"c\nd".to_vec();
        open.resize(4 * RECORD_BYTES_MAX, b'x');
        let commas = [b"a\n".to_vec(), vec![b','; RECORD_CELLS_MAX + 1]].concat();
        for size in [1_000, 1 << 20] {
            assert_eq!(met(&open, size).last(), Some(&Err(3)));
            assert_eq!(met(&commas, size).last(), Some(&Err(2)));
        }
    }
}
