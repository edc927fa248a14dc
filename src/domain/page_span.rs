//! Pages from one to another, as a person writes them.

use super::Invalid;

/// Some pages of a report, from 1, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSpan {
    first: u32,
    last: u32,
}

impl PageSpan {
    /// Reads `67-120`, or `67` for one page.
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse(text: &str) -> Result<PageSpan, Invalid> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let number = |it: &str| -> Option<u32> {
            let digits = it.bytes().all(|b| b.is_ascii_digit()) && !it.starts_with('0');
            digits.then(|| it.parse().ok()).flatten().filter(|it| *it <= 1_000_000)
        };
        match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => Ok(PageSpan { first, last }),
            _ => Err(Invalid::new("pages", "must be as 67-120 or 67")),
        }
    }

    /// The first page.
    pub fn first(self) -> u32 {
        self.first
    }

    /// The last page.
    pub fn last(self) -> u32 {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::PageSpan;

    #[test]
    fn one_page_or_some_in_order() {
        let read = |it| PageSpan::parse(it).ok().map(|it| (it.first(), it.last()));
        assert_eq!(read("67-120"), Some((67, 120)));
        assert_eq!(read("3"), Some((3, 3)));
        for bad in
            ["", "-", "0", "0-3", "3-2", "1-", "-2", "1-2-3", "a", "1,3", " 1", "01", "99999999"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
