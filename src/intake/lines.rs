//! Lines of a CSV, counted as an editor counts them.

/// Turns line ends into one line feed each, the last one too. The CSV parser counts line feeds when it meets them, and
/// takes the two bytes of a Windows line end in two records: with one byte it cannot be wrong.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    /// A carriage return whose next byte is not known yet.
    held: bool,
    last: u8,
}

impl Lines {
    pub fn new() -> Lines {
        Lines { held: false, last: b'\n' }
    }

    /// Appends what a piece comes to.
    pub fn take(&mut self, mut piece: &[u8], out: &mut Vec<u8>) {
        while let Some(first) = piece.first() {
            if std::mem::take(&mut self.held) && *first != b'\n' {
                out.push(b'\r');
            }
            let plain = piece.iter().position(|it| *it == b'\r').unwrap_or(piece.len());
            out.extend_from_slice(&piece[..plain]);
            self.held = plain < piece.len();
            piece = piece.get(plain + 1..).unwrap_or_default();
        }
        self.last = out.last().copied().unwrap_or(self.last);
    }

    /// Ends the last line.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.held) {
            out.push(b'\r');
        } else if self.last != b'\n' {
            out.push(b'\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    fn through(bytes: &[u8], size: usize) -> Vec<u8> {
        let (mut lines, mut all) = (Lines::new(), Vec::new());
        for piece in bytes.chunks(size) {
            let mut out = Vec::new();
            lines.take(piece, &mut out);
            all.extend_from_slice(&out);
        }
        lines.finish(&mut all);
        all
    }

    #[test]
    fn every_line_ends_in_one_line_feed_wherever_the_pieces_end() {
        for size in [1, 2, 3, 4, 7, 64] {
            assert_eq!(through(b"a\r\nb\nc\r\rd\r\n", size), b"a\nb\nc\r\rd\n", "{size}");
            assert_eq!(through(b"a\r\nb", size), b"a\nb\n", "{size}");
            assert_eq!(through(b"", size), b"", "{size}");
            assert_eq!(through(b"a\r", size), b"a\r", "{size}");
        }
    }
}
