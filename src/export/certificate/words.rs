//! What a verification says, in Japanese and English.

use std::fmt::Write;

use serde_json::Value;

use crate::export::certificate::{
    differences::Difference,
    verify::{Outcome, Trouble},
};

/// The language of a person at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// English.
    En,
    /// Japanese.
    Ja,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Signature,
    Form,
    Window,
    OneTenant,
    Pages,
    Second,
    Role,
    Reprint,
    Artefact,
    Rows,
    Manifest,
    Difference(Difference),
    Trouble(Trouble),
}

impl Said {
    fn words(self, tongue: Tongue) -> String {
        let (en, ja) = match self {
            Said::Signature => (
                "the signature is of a published key, and no byte of the certificate was changed",
                "公開鍵による署名があり、証明書は1バイトも変わっていない",
            ),
            Said::Form => {
                ("it is a certificate of the known form", "証明書の形式が既知のものである")
            }
            Said::Window => {
                ("the key was at work when it was issued", "発行時にその鍵が有効だった")
            }
            Said::OneTenant => {
                ("all rows are of one biller", "明細はすべて一つの収納企業のものである")
            }
            Said::Pages => ("pages and rows fit each other", "頁数と件数が合っている"),
            Said::Second => (
                "a second computation by another role found the same rows",
                "別の権限による再計算が同じ明細を得た",
            ),
            Said::Role => (
                "the application's role could not pass the wall",
                "アプリケーションの役割は壁を越えられなかった",
            ),
            Said::Reprint => {
                ("the pages are those it says of the original", "元の出力の、記載された頁である")
            }
            Said::Artefact => {
                ("the file is the one that was certified", "ファイルは証明されたものと同一である")
            }
            Said::Rows => (
                "your own rows are the rows of the file, all of them and no other",
                "お手元の明細が、ファイルの明細と過不足なく一致する",
            ),
            Said::Trouble(Trouble::Heads) => (
                "the rows have a head with all columns of the report (see docs/api.md)",
                "明細の見出しに帳票の列が揃っている",
            ),
            Said::Trouble(Trouble::Rows { line }) => {
                return match tongue {
                    Tongue::En => format!(
                        "line {line} of the rows can be read: due_date is YYYY-MM-DD or empty, revenue_stamp 1 or 0, an amount digits alone"
                    ),
                    Tongue::Ja => format!(
                        "明細の{line}行目が読める（due_dateはYYYY-MM-DDか空、revenue_stampは1か0、金額は数字のみ）"
                    ),
                };
            }
            Said::Trouble(Trouble::OtherReport) => (
                "the certificate says what the digests of its rows are made with",
                "証明書に明細の要約値の計算方法が示されている",
            ),
            Said::Manifest => (
                "the manifest is the one that was certified",
                "明細一覧（マニフェスト）は証明されたものと同一である",
            ),
            Said::Difference(it) => return difference(it, tongue),
        };
        match tongue {
            Tongue::En => en.to_owned(),
            Tongue::Ja => ja.to_owned(),
        }
    }
}

/// What should be, and is not.
fn difference(it: Difference, tongue: Tongue) -> String {
    match (it, tongue) {
        (Difference::Changed { line, page, row }, Tongue::En) => {
            format!("line {line} of the rows is row {row} of page {page} of the file")
        }
        (Difference::Changed { line, page, row }, Tongue::Ja) => {
            format!("明細の{line}行目が、ファイルの{page}頁{row}件目と一致する")
        }
        (Difference::Extra { line }, Tongue::En) => {
            format!("line {line} of the rows is in the file")
        }
        (Difference::Extra { line }, Tongue::Ja) => {
            format!("明細の{line}行目が、ファイルにある")
        }
        (Difference::Missing { page, row }, Tongue::En) => {
            format!("row {row} of page {page} of the file is among the rows")
        }
        (Difference::Missing { page, row }, Tongue::Ja) => {
            format!("ファイルの{page}頁{row}件目が、明細にある")
        }
        (Difference::More(more), Tongue::En) => format!("{more} more of this kind"),
        (Difference::More(more), Tongue::Ja) => format!("ほか{more}件"),
    }
}

/// What a verification never proves.
const LIMITS: [(&str, &str); 4] = [
    (
        "that the keys are the service's: get them on another way than the certificate",
        "鍵が本当にサービスのものであること（証明書とは別の経路で入手してください）",
    ),
    ("that whoever runs the service was honest when it signed", "署名時に運用者が誠実であったこと"),
    (
        "who read the file after it was fetched, or that nobody photographed a page",
        "受け取り後に誰が見たか、頁が撮影されていないこと",
    ),
    (
        "that the file can still be fetched, or was not called back: ask the service",
        "今も受け取れること、回収されていないこと（サービスに照会してください）",
    ),
];

impl Outcome {
    /// Everything that was found, what it proves, and what it does not.
    pub fn in_words(&self, tongue: Tongue) -> String {
        let mut text = String::new();
        if let Some(claims) = &self.claims {
            head(&mut text, claims, tongue);
        }
        for (holds, said) in &self.found {
            let mark = match (holds, tongue) {
                (true, Tongue::En) => "holds   ",
                (false, Tongue::En) => "DOES NOT",
                (true, Tongue::Ja) => "成立  ",
                (false, Tongue::Ja) => "不成立",
            };
            // Writing to a String does not fail.
            let _ = writeln!(text, "{mark}  {}", said.words(tongue));
        }
        text.push_str(match (self.holds(), tongue) {
            (true, Tongue::En) => "\nVERIFIED\n",
            (false, Tongue::En) => "\nNOT VERIFIED: believe nothing of it.\n",
            (true, Tongue::Ja) => "\n検証できました\n",
            (false, Tongue::Ja) => "\n検証できません。内容を信用しないでください。\n",
        });
        if self.holds() {
            self.limits(&mut text, tongue);
        }
        text
    }

    fn limits(&self, text: &mut String, tongue: Tongue) {
        let looked = |said| self.found.iter().any(|(_, it)| *it == said);
        let mut limits = Vec::new();
        if !looked(Said::Artefact) {
            limits.push((
                "anything of a file: none was given (--artefact)",
                "ファイルについて（--artefact の指定がない）",
            ));
        }
        if !looked(Said::Rows) {
            limits.push((
                "that the rows are yours: they were not compared (--rows)",
                "明細が自社のものであること（--rows の指定がない）",
            ));
        }
        limits.extend(LIMITS);
        text.push_str(match tongue {
            Tongue::En => "\nThis does not prove:\n",
            Tongue::Ja => "\n次のことは証明しません:\n",
        });
        for (en, ja) in limits {
            let _ = writeln!(text, "  - {}", if tongue == Tongue::En { en } else { ja });
        }
    }
}

fn head(text: &mut String, claims: &Value, tongue: Tongue) {
    let names = match tongue {
        Tongue::En => ["export", "biller", "report", "issued", "rows", "pages", "sum in yen"],
        Tongue::Ja => ["出力番号", "収納企業", "帳票", "発行", "件数", "頁数", "合計（円）"],
    };
    let pointers = [
        "/export_id",
        "/tenant",
        "/report",
        "/issued_at",
        "/rows/count",
        "/pages/count",
        "/rows/amount_sum",
    ];
    for (name, pointer) in names.iter().zip(pointers) {
        let value = match claims.pointer(pointer) {
            Some(Value::String(it)) => it.clone(),
            Some(it) => it.to_string(),
            None => "-".to_owned(),
        };
        let _ = writeln!(text, "{name}: {value}");
    }
    text.push('\n');
}
