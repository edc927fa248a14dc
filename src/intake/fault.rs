//! What is wrong in a file, place by place; and the same as a CSV for the one who corrects it.

use super::Code;

/// Faults of each severity that are kept. All are counted.
const KEPT_MAX: usize = 1_000;

/// Characters of a mask at most.
const MASK_CHARS_MAX: usize = 24;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The file is refused.
    Error,
    /// It was read, in another form than it was written in.
    Notice,
}

impl Severity {
    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Notice => "notice",
        }
    }
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// How bad.
    pub severity: Severity,
    /// The line, counted from 1, the header included.
    pub line: u64,
    /// The column, counted from 1; none when it is the whole line.
    pub column: Option<usize>,
    /// The field, by its name in the API.
    pub field: Option<&'static str>,
    /// What is wrong.
    pub code: Code,
    /// The shape of the value.
    pub masked: Option<String>,
}

/// All of them, counted, and the first of each severity kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    kept: Vec<Fault>,
    errors: usize,
    notices: usize,
}

impl Faults {
    /// Adds one.
    pub fn push(&mut self, fault: Fault) {
        let count = match fault.severity {
            Severity::Error => &mut self.errors,
            Severity::Notice => &mut self.notices,
        };
        *count += 1;
        if *count <= KEPT_MAX {
            self.kept.push(fault);
        }
    }

    /// An error of a whole line.
    pub fn error(&mut self, line: u64, code: Code) {
        let severity = Severity::Error;
        self.push(Fault { severity, line, column: None, field: None, code, masked: None });
    }

    /// Those that were kept, in order of their lines.
    pub fn kept(&self) -> &[Fault] {
        &self.kept
    }

    /// How many errors there were.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// How many notices there were.
    pub fn notices(&self) -> usize {
        self.notices
    }
}

/// The shape of a value: enough to find it in one's own file, too little to know it. Digits become `9`, letters
/// `a`, other characters of words `字`; signs stay, for they are what is wrong more often than not.
pub fn mask(value: &str) -> String {
    let mut masked: String = value.chars().take(MASK_CHARS_MAX).map(shape).collect();
    if value.chars().nth(MASK_CHARS_MAX).is_some() {
        masked.push('…');
    }
    masked
}

/// The same for a value whose character at `place`, counted from 1, is what is wrong: the place, and a shape with 〓
/// there. Names are longer than a mask, so what is far before the place is left out.
pub(super) fn mask_at(value: &str, place: usize) -> String {
    let begin = place.saturating_sub(MASK_CHARS_MAX);
    let shown = value.chars().enumerate().skip(begin).take(MASK_CHARS_MAX);
    let shown: String =
        shown.map(|(at, c)| if at + 1 == place { '〓' } else { shape(c) }).collect();
    let (before, more) = (0 < begin, value.chars().nth(begin + MASK_CHARS_MAX).is_some());
    let cut = |it: bool| if it { "…" } else { "" };
    format!("{place}: {}{shown}{}", cut(before), cut(more))
}

fn shape(c: char) -> char {
    match c {
        '0'..='9' => '9',
        '０'..='９' => '９',
        c if c.is_ascii_alphabetic() => 'a',
        c if c.is_alphanumeric() => '字',
        c if c.is_ascii_graphic() || c == ' ' || c == '　' => c,
        _ => '?',
    }
}

/// The faults as a CSV that a spreadsheet opens: UTF-8 with its mark, CRLF, both languages.
///
/// Each row: severity, line, column, field, code, masked value.
pub fn faults_csv<'a>(
    rows: impl Iterator<Item = (&'a str, i32, Option<i32>, Option<&'a str>, &'a str, Option<&'a str>)>,
) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let head = ["line", "column", "field", "severity", "code", "message_ja", "message_en", "value"];
    // Writing to memory does not fail.
    drop(writer.write_record(head));
    for (severity, line, column, field, code, masked) in rows {
        let words = Code::parse(code).map(Code::words).unwrap_or_default();
        let column = column.map_or(String::new(), |it| it.to_string());
        drop(writer.write_record([
            line.to_string().as_str(),
            column.as_str(),
            field.unwrap_or(""),
            severity,
            code,
            words.ja,
            words.en,
            inert(masked.unwrap_or("")).as_str(),
        ]));
    }
    writer.into_inner().unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula.
fn inert(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if risky { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_the_shape_and_not_the_value() {
        assert_eq!(mask("1.23457E+15"), "9.99999a+99");
        assert_eq!(mask("1,0８０円"), "9,9９９字");
        assert_eq!(mask("淡路\u{202e}太郎"), "字字?字字");
        assert_eq!(mask(&"1".repeat(100)).chars().count(), MASK_CHARS_MAX + 1);
        assert_eq!(mask_at("淡路丽太", 3), "3: 字字〓字");
        let far = mask_at(&format!("{}丽{}", "あ".repeat(30), "い".repeat(9)), 31);
        assert_eq!(far, format!("31: …{}〓…", "字".repeat(MASK_CHARS_MAX - 1)));
    }

    #[test]
    fn all_faults_are_counted_and_the_first_are_kept() {
        let mut faults = Faults::default();
        for line in 0..1_500 {
            faults.error(line, Code::Missing);
        }
        assert_eq!((faults.errors(), faults.kept().len(), faults.notices()), (1_500, 1_000, 0));
    }

    #[test]
    fn the_csv_opens_in_a_spreadsheet_and_runs_nothing() {
        let rows = [
            ("error", 2, Some(5), Some("amount_yen"), "amount_yen", Some("=9+9")),
            ("notice", 3, None, None, "full_width", None),
        ];
        let bytes = faults_csv(rows.into_iter());
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.starts_with("\u{feff}line,column,"), "{text}");
        assert!(
            text.contains(",'=9+9\r\n") && text.contains("\r\n3,,,notice,full_width,"),
            "{text}"
        );
    }
}
