//! What somebody wants exported: a report, with the options that it has. Frozen with the order.

use super::{Invalid, ReportKind};

/// A report with its options. There is none with options of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// 払込票データ一覧表, which has no options.
    SlipList,
    /// 払込票.
    PaymentSlip(SlipPrint),
    /// The list as CSV.
    SlipCsv(CsvEncoding),
}

/// How payment slips are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlipPrint {
    /// On what paper.
    pub mode: PrintMode,
    /// On what printer.
    pub profile: PrintProfile,
    /// A specimen that nobody can pay.
    pub proof: bool,
}

/// On what paper slips are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintMode {
    /// On blank paper: frames and labels too.
    Full,
    /// On forms that have frames and labels: data alone, moved by an offset.
    Overprint(Offset),
}

/// How far an overprint is moved, in steps of 0.24 pt (0.085 mm): to the right and upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    x: i16,
    y: i16,
}

impl Offset {
    /// Steps at most in each direction: 5 mm.
    pub const STEPS_MAX: i16 = 59;

    /// Checks an offset.
    ///
    /// # Errors
    /// When a direction has more than [`Self::STEPS_MAX`] steps.
    pub fn new(x: i16, y: i16) -> Result<Offset, Invalid> {
        let fits = |it: i16| (-Self::STEPS_MAX..=Self::STEPS_MAX).contains(&it);
        match (fits(x), fits(y)) {
            (true, true) => Ok(Offset { x, y }),
            (false, _) => Err(Invalid::new("offset_x", STEPS)),
            (_, false) => Err(Invalid::new("offset_y", STEPS)),
        }
    }

    /// Steps to the right.
    pub const fn x(self) -> i16 {
        self.x
    }

    /// Steps upwards.
    pub const fn y(self) -> i16 {
        self.y
    }
}

/// Whose dots the bars are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintProfile {
    /// Whole dots at 300, 600 and 1200 dpi.
    Dpi300,
    /// Whole dots at 400 dpi.
    Dpi400,
}

/// How the text of a CSV file is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvEncoding {
    /// UTF-8 with a byte order mark.
    Utf8,
    /// CP932 (windows-31j). What it lacks is an error, never another character.
    Cp932,
}

const STEPS: &str = "must be -59 to 59 steps of 0.24 pt";

impl Wish {
    /// The report.
    pub const fn kind(self) -> ReportKind {
        match self {
            Wish::SlipList => ReportKind::SlipList,
            Wish::PaymentSlip(_) => ReportKind::PaymentSlip,
            Wish::SlipCsv(_) => ReportKind::SlipCsv,
        }
    }

    /// Names of the options that a report has.
    pub const fn options(kind: ReportKind) -> &'static [&'static str] {
        match kind {
            ReportKind::SlipList => &[],
            ReportKind::PaymentSlip => &["mode", "offset_x", "offset_y", "profile", "proof"],
            ReportKind::SlipCsv => &["encoding"],
        }
    }

    /// A report with options by name. What is left out is: full, at 300 dpi, no proof; UTF-8.
    ///
    /// # Errors
    /// When the report has no option of a name, or a value does not fit it.
    pub fn new<'a>(
        kind: ReportKind,
        options: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Wish, Invalid> {
        let options: Vec<(&str, &str)> = options.into_iter().collect();
        if options.iter().any(|(name, _)| !Wish::options(kind).contains(name)) {
            return Err(Invalid::new("options", "has an option that the report does not have"));
        }
        let option = |name: &str| {
            let mut found = options.iter().filter(|(it, _)| *it == name);
            found.next_back().map(|(_, value)| *value)
        };
        Ok(match kind {
            ReportKind::SlipList => Wish::SlipList,
            ReportKind::PaymentSlip => Wish::PaymentSlip(SlipPrint::read(option)?),
            ReportKind::SlipCsv => Wish::SlipCsv(match option("encoding") {
                None | Some("utf-8") => CsvEncoding::Utf8,
                Some("cp932") => CsvEncoding::Cp932,
                Some(_) => return Err(Invalid::new("encoding", "must be utf-8 or cp932")),
            }),
        })
    }

    /// Every option by name, those that were left out too: what is stored, and what [`Self::new`] reads again.
    pub fn pairs(self) -> Vec<(&'static str, String)> {
        match self {
            Wish::SlipList => Vec::new(),
            Wish::PaymentSlip(print) => print.pairs(),
            Wish::SlipCsv(CsvEncoding::Utf8) => vec![("encoding", "utf-8".to_owned())],
            Wish::SlipCsv(CsvEncoding::Cp932) => vec![("encoding", "cp932".to_owned())],
        }
    }
}

impl SlipPrint {
    /// On blank paper, for 300 dpi, to be paid.
    pub const PLAIN: SlipPrint =
        SlipPrint { mode: PrintMode::Full, profile: PrintProfile::Dpi300, proof: false };

    fn read<'a>(option: impl Fn(&str) -> Option<&'a str>) -> Result<SlipPrint, Invalid> {
        let steps = |name: &'static str| match option(name) {
            None => Ok(None),
            Some(text) => text.parse::<i16>().map(Some).map_err(|_| Invalid::new(name, STEPS)),
        };
        let (x, y) = (steps("offset_x")?, steps("offset_y")?);
        let offset = Offset::new(x.unwrap_or(0), y.unwrap_or(0))?;
        let moved = offset != (Offset { x: 0, y: 0 });
        let mode = match option("mode") {
            None | Some("full") if moved => {
                let name = if offset.x == 0 { "offset_y" } else { "offset_x" };
                return Err(Invalid::new(name, "goes with mode overprint"));
            }
            None | Some("full") => PrintMode::Full,
            Some("overprint") => PrintMode::Overprint(offset),
            Some(_) => return Err(Invalid::new("mode", "must be full or overprint")),
        };
        let profile = match option("profile") {
            None | Some("300dpi") => PrintProfile::Dpi300,
            Some("400dpi") => PrintProfile::Dpi400,
            Some(_) => return Err(Invalid::new("profile", "must be 300dpi or 400dpi")),
        };
        let proof = match option("proof") {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(Invalid::new("proof", "must be true or false")),
        };
        Ok(SlipPrint { mode, profile, proof })
    }

    fn pairs(self) -> Vec<(&'static str, String)> {
        let (mode, offset) = match self.mode {
            PrintMode::Full => ("full", Offset { x: 0, y: 0 }),
            PrintMode::Overprint(offset) => ("overprint", offset),
        };
        let profile = match self.profile {
            PrintProfile::Dpi300 => "300dpi",
            PrintProfile::Dpi400 => "400dpi",
        };
        vec![
            ("mode", mode.to_owned()),
            ("offset_x", offset.x.to_string()),
            ("offset_y", offset.y.to_string()),
            ("profile", profile.to_owned()),
            ("proof", self.proof.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(kind: ReportKind, options: &[(&str, &str)]) -> (&'static str, &'static str) {
        let error = Wish::new(kind, options.iter().copied()).expect_err("refused");
        (error.field, error.rule)
    }

    #[test]
    fn options_are_a_closed_set_of_each_report() {
        let slip = ReportKind::PaymentSlip;
        let unknown = ("options", "has an option that the report does not have");
        assert_eq!(rule(ReportKind::SlipList, &[("mode", "full")]), unknown);
        assert_eq!(rule(ReportKind::SlipCsv, &[("proof", "true")]), unknown);
        assert_eq!(rule(slip, &[("encoding", "utf-8")]), unknown);
        assert_eq!(rule(slip, &[("mode", "duplex")]).0, "mode");
        assert_eq!(rule(slip, &[("proof", "yes")]).0, "proof");
        assert_eq!(rule(slip, &[("profile", "203dpi")]).0, "profile");
        for steps in ["60", "-60", "1.5", "x", ""] {
            assert_eq!(
                rule(slip, &[("mode", "overprint"), ("offset_y", steps)]),
                ("offset_y", STEPS)
            );
        }
        let alone = ("offset_y", "goes with mode overprint");
        assert_eq!(rule(slip, &[("offset_y", "1")]), alone);
        assert_eq!(rule(slip, &[("offset_y", "1"), ("mode", "full")]), alone);
        assert_eq!(rule(ReportKind::SlipCsv, &[("encoding", "utf-16")]).0, "encoding");
    }

    #[test]
    fn what_is_left_out_is_plain() {
        let wish = Wish::new(ReportKind::PaymentSlip, []).expect("plain");
        assert_eq!(wish, Wish::PaymentSlip(SlipPrint::PLAIN));
        let wish = Wish::new(ReportKind::SlipCsv, []).expect("plain");
        assert_eq!(wish, Wish::SlipCsv(CsvEncoding::Utf8));
    }

    proptest! {
        #[test]
        fn what_is_stored_reads_back(
            overprint: bool, x in -59..=59_i16, y in -59..=59_i16, coarse: bool, proof: bool,
        ) {
            let profile = if coarse { PrintProfile::Dpi400 } else { PrintProfile::Dpi300 };
            let mode = if overprint {
                PrintMode::Overprint(Offset::new(x, y).expect("fits"))
            } else {
                PrintMode::Full
            };
            let wish = Wish::PaymentSlip(SlipPrint { mode, profile, proof });
            let pairs = wish.pairs();
            let stored = pairs.iter().map(|(name, value)| (*name, value.as_str()));
            prop_assert_eq!(Wish::new(wish.kind(), stored), Ok(wish));
        }

        #[test]
        fn no_option_text_panics(name in "[a-z_]{0,10}", value in "\\PC{0,12}") {
            for kind in [ReportKind::SlipList, ReportKind::PaymentSlip, ReportKind::SlipCsv] {
                for name in Wish::options(kind).iter().copied().chain([name.as_str()]) {
                    let _ = Wish::new(kind, [(name, value.as_str())]);
                }
            }
        }
    }
}
