//! Which bytes of a file somebody wants (RFC 9110, section 14).

use std::ops::Range;

/// A wish for a part of a file whose length the one who wishes may not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteRange {
    /// All of it.
    Whole,
    /// From a byte to a byte, both included.
    FromTo(u64, u64),
    /// From a byte to the end.
    From(u64),
    /// So many bytes at the end.
    Last(u64),
}

impl ByteRange {
    /// Reads the value of a `Range` header: one range of bytes. None for anything else, which is refused and not
    /// ignored: ignored it would be all bytes.
    pub fn parse(text: &str) -> Option<ByteRange> {
        let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
        let number = |it: &str| -> Option<u64> {
            let digits = !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| it.parse().ok()).flatten()
        };
        match (first, last) {
            ("", last) => Some(ByteRange::Last(number(last)?)),
            (first, "") => Some(ByteRange::From(number(first)?)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(ByteRange::FromTo(first, last))
            }
        }
    }

    /// The bytes that are meant in a file of a length; none when it has none of them.
    pub fn of(self, bytes: u64) -> Option<Range<u64>> {
        let range = match self {
            ByteRange::Whole => return Some(0..bytes),
            ByteRange::FromTo(first, last) => first..last.saturating_add(1).min(bytes),
            ByteRange::From(first) => first..bytes,
            ByteRange::Last(count) => bytes.saturating_sub(count)..bytes,
        };
        (range.start < range.end).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::ByteRange;

    #[test]
    fn one_range_is_read_and_anything_else_is_none() {
        let read = ByteRange::parse;
        assert_eq!(read("bytes=0-99"), Some(ByteRange::FromTo(0, 99)));
        assert_eq!(read("bytes=5-"), Some(ByteRange::From(5)));
        assert_eq!(read("bytes=-5"), Some(ByteRange::Last(5)));
        for bad in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-4",
            "bytes=a-b",
            "bytes=0-1,3-4",
            "bytes= 0-1",
            "bytes=+1-2",
            "rows=0-1",
            "bytes=0-99999999999999999999",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_meant_is_inside_the_file() {
        assert_eq!(ByteRange::Whole.of(10), Some(0..10));
        assert_eq!(ByteRange::FromTo(2, 4).of(10), Some(2..5));
        assert_eq!(ByteRange::FromTo(2, 99).of(10), Some(2..10));
        assert_eq!(ByteRange::FromTo(10, 12).of(10), None);
        assert_eq!(ByteRange::From(9).of(10), Some(9..10));
        assert_eq!(ByteRange::From(10).of(10), None);
        assert_eq!(ByteRange::Last(3).of(10), Some(7..10));
        assert_eq!(ByteRange::Last(30).of(10), Some(0..10));
        assert_eq!(ByteRange::Last(0).of(10), None);
    }
}
