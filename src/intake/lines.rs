//! Lines of a CSV, counted as an editor counts them.

use std::io::{self, Read};

/// What is read, with each line ended by one line feed, the last one too. The CSV reader counts line feeds when it
/// meets them, and takes the two bytes of a Windows line end in two records: with one byte it cannot be wrong.
pub(super) struct Lines<R> {
    inner: R,
    /// A carriage return whose next byte is not known yet.
    held: bool,
    last: u8,
    ended: bool,
}

const CHUNK: usize = 8 * 1024;

impl<R: Read> Lines<R> {
    pub fn new(inner: R) -> Lines<R> {
        Lines { inner, held: false, last: b'\n', ended: false }
    }

    pub fn inner(&self) -> &R {
        &self.inner
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Room for a held byte, and for the line feed at the end.
        if buffer.len() < 2 || self.ended {
            return Ok(0);
        }
        let mut chunk = [0; CHUNK];
        let room = (buffer.len() - 1).min(CHUNK);
        loop {
            let read = self.inner.read(&mut chunk[..room])?;
            if read == 0 {
                self.ended = true;
                let end = if std::mem::take(&mut self.held) { b'\r' } else { b'\n' };
                buffer[0] = end;
                // After a line feed there is nothing to end.
                return Ok(usize::from(end == b'\r' || self.last != b'\n'));
            }
            let mut size = 0;
            let mut put = |byte: u8| {
                buffer[size] = byte;
                size += 1;
                self.last = byte;
            };
            for byte in &chunk[..read] {
                if std::mem::take(&mut self.held) && *byte != b'\n' {
                    put(b'\r');
                }
                if *byte == b'\r' {
                    self.held = true;
                } else {
                    put(*byte);
                }
            }
            if 0 < size {
                return Ok(size);
            }
        }
    }
}

/// The line that a record begins in, from the line behind it: its cells may hold line feeds.
pub(super) fn first_line<'a>(behind: u64, cells: impl Iterator<Item = &'a [u8]>) -> u64 {
    let inside: usize = cells.map(|it| it.iter().filter(|b| **b == b'\n').count()).sum();
    behind.saturating_sub(1).saturating_sub(inside as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(bytes: &[u8], size: usize) -> Vec<u8> {
        let (mut lines, mut all, mut buffer) = (Lines::new(bytes), Vec::new(), vec![0; size]);
        loop {
            let read = lines.read(&mut buffer).expect("memory");
            if read == 0 {
                return all;
            }
            all.extend_from_slice(&buffer[..read]);
        }
    }

    #[test]
    fn every_line_ends_in_one_line_feed_wherever_the_pieces_end() {
        for size in [2, 3, 4, 7, 64] {
            assert_eq!(through(b"a\r\nb\nc\r\rd\r\n", size), b"a\nb\nc\r\rd\n", "{size}");
            assert_eq!(through(b"a\r\nb", size), b"a\nb\n", "{size}");
            assert_eq!(through(b"", size), b"", "{size}");
            assert_eq!(through(b"a\r", size), b"a\r", "{size}");
        }
    }

    #[test]
    fn a_record_begins_where_an_editor_says() {
        let text = "h\r\n\r\n\"a\r\nb\",1\r\nc,2\r\n\nd,3";
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(Lines::new(text.as_bytes()));
        let (mut record, mut found) = (csv::ByteRecord::new(), Vec::new());
        while reader.read_byte_record(&mut record).expect("memory") {
            found.push(first_line(reader.position().line(), record.iter()));
        }
        assert_eq!(found, [1, 3, 5, 7]);
    }
}
