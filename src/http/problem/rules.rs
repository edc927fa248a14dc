//! What a value must be, in Japanese. The rules themselves are the domain's, and in English.

use crate::http::language::Language;

/// English as the domain and this room write it, and Japanese.
const RULES: &[(&str, &str)] = &[
    ("is missing", "がありません"),
    (
        "must have no character that our fonts cannot print",
        "に印刷できない文字があります (position が何字目かを示します)",
    ),
    ("must be a text", "は文字列にしてください"),
    ("must be 1 to 900", "は1から900にしてください"),
    ("must be 1", "は1にしてください"),
    ("must be session or none", "は session か none にしてください"),
    ("must be the forty characters of a page code", "は照会番号の40文字にしてください"),
    ("must be as 67-120 or 67", "は 67-120 または 67 の形にしてください"),
    ("must be P1D to P90D", "は P1D から P90D にしてください"),
    ("must be a whole number", "は整数にしてください"),
    ("must be an object", "はオブジェクトにしてください"),
    ("must be 1 to 1000 slips", "は1から1000件の払込票にしてください"),
    ("is in the list twice", "は同じ一覧に二度あります"),
    ("must be 1 to 200", "は1から200にしてください"),
    ("must be one cursor of ours", "はこの一覧のカーソルにしてください"),
    ("must be 1 to 2147483647", "は1から2147483647にしてください"),
    ("must be a page of the export, or 0", "はこの出力のページか0にしてください"),
    ("must be the id of an event of ours", "は受け取ったイベントの id にしてください"),
    ("must be 1 to 200 characters", "は1から200字にしてください"),
    ("must be a moment of RFC 3339", "は RFC 3339 の日時にしてください"),
    ("must be a user's id", "は利用者の id にしてください"),
    ("must be 0 to 2147483647", "は0から2147483647にしてください"),
    ("must be true or left out", "は true とするか、除いてください"),
    ("stands alone: all is every slip", "は単独で指定してください (全件)"),
    ("must be at most 200 characters without controls", "は制御文字なしで200字以内にしてください"),
    ("must be 1 to 200 characters without controls", "は制御文字なしで1から200字にしてください"),
    ("must be dry_run or commit", "は dry_run か commit にしてください"),
    ("must be auto, utf-8 or cp932", "は auto・utf-8・cp932 のどれかにしてください"),
    ("must be the one part of the form", "はフォームのただ一つの部分にしてください"),
    (
        "must be mufg_120, mizuho_120 or dsk_13",
        "は mufg_120・mizuho_120・dsk_13 のどれかにしてください",
    ),
    (
        "must be issued, expired, preliminary_paid, confirmed, superseded or void, with commas between several",
        "は issued・expired・preliminary_paid・confirmed・superseded・void のどれかにしてください (複数はコンマで区切ります)",
    ),
    ("must be a kind of exception", "は例外の種類にしてください"),
    ("must be today or later", "は今日以後の日にしてください"),
    ("must be 12 to 128 characters", "は12から128字にしてください"),
    ("must be percent-encoded UTF-8", "はパーセント符号化した UTF-8 にしてください"),
    ("must be 1 to 64 visible ASCII characters", "は1から64字の ASCII 図形文字にしてください"),
    ("must be 1 to 300000", "は1から300000にしてください"),
    ("must be exactly 16 digits", "は16桁の数字にしてください"),
    ("must be 1 to 16 digits", "は1から16桁の数字にしてください"),
    (
        "must be 0 or more and less than amount_yen",
        "は0以上かつ請求金額 (amount_yen) 未満にしてください",
    ),
    ("must be a calendar day as YYYY-MM-DD", "は YYYY-MM-DD の暦日にしてください"),
    ("must be a day of the years 2000 to 2098", "は2000年から2098年の日にしてください"),
    ("has a condition that does not exist", "に存在しない条件があります"),
    (
        "must be <16-digit bill_number>-<reissue_number>",
        "は <16桁の請求番号>-<再発行区分> にしてください",
    ),
    (
        "must be 1 to 64 characters of a-z 0-9 . _ - @",
        "は a-z 0-9 . _ - @ の1から64字にしてください",
    ),
    (
        "must be 1 to 20 printable ASCII characters without spaces",
        "は空白なしの ASCII 図形文字1から20字にしてください",
    ),
    ("must be 1 to 40 characters without controls", "は制御文字なしで1から40字にしてください"),
    (
        "must not pile up marks on one character",
        "は一文字に結合文字・異体字セレクタを重ねすぎないでください",
    ),
    (
        "must be ask, take_over, refuse or parallel",
        "は ask・take_over・refuse・parallel のどれかにしてください",
    ),
    ("must be 0 to 9", "は0から9にしてください"),
    (
        "must be slip_list, payment_slip or slip_csv",
        "は slip_list・payment_slip・slip_csv のどれかにしてください",
    ),
    ("has an option that the report does not have", "にこの帳票にない項目があります"),
    ("must be full or overprint", "は full か overprint にしてください"),
    ("must be 300dpi or 400dpi", "は 300dpi か 400dpi にしてください"),
    ("must be true or false", "は true か false にしてください"),
    ("must be utf-8 or cp932", "は utf-8 か cp932 にしてください"),
    ("must be -59 to 59 steps of 0.24 pt", "は0.24 pt を単位に -59から59にしてください"),
    ("goes with mode overprint", "は mode が overprint のときだけ指定できます"),
    ("must be exactly 44 digits", "は44桁の数字にしてください"),
    (
        "must end in its check digit: at least one digit is wrong",
        "のチェックデジットが合いません (どこかの桁が違います)",
    ),
    ("must begin with the application identifier 91", "はアプリケーション識別子 91 で始まります"),
    (
        "must name an issuer that begins with 9 or 5 after the 91",
        "の発行企業コード (91 の次) は9か5で始まります",
    ),
    ("must have 0 or 1 as its revenue stamp flag", "の印紙フラグは0か1です"),
    ("must ask for 1 to 300000 yen", "の金額は1から300000円です"),
    (
        "must have a day of 2000 to 2098, or 999999, as its due date",
        "の支払期限は2000年から2098年の日か999999です",
    ),
    ("must be clerk or tenant_admin", "は clerk か tenant_admin にしてください"),
    ("must be exactly 5 digits", "は5桁の数字にしてください"),
];

/// The rule in this language; in English when it has no other words.
pub(super) fn say(rule: &'static str, language: Language) -> &'static str {
    match language {
        Language::En => rule,
        Language::Ja => {
            RULES.iter().find(|(english, _)| *english == rule).map_or(rule, |(_, it)| *it)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULES;

    /// Rules of the domain that no client is ever told.
    const INTERNAL: &[&str] = &[
        "must be exactly 44 digits that begin with 91",
        "is not a state of an export",
        "must be 1 to 60 characters without controls",
        "must be 6 digits that begin with 9 or 5",
        "must be taxable or exempt",
    ];

    #[test]
    fn every_rule_of_the_domain_has_japanese_words() {
        for source in [
            include_str!("../../domain/amount.rs"),
            include_str!("../../domain/barcode/payload.rs"),
            include_str!("../../domain/issuer.rs"),
            include_str!("../../domain/revenue_stamp.rs"),
            include_str!("../../domain/wish.rs"),
            include_str!("../../domain/due_date.rs"),
            include_str!("../../domain/export.rs"),
            include_str!("../../domain/filter.rs"),
            include_str!("../../domain/payment.rs"),
            include_str!("../../domain/slip.rs"),
            include_str!("../../domain/standing.rs"),
            include_str!("../../domain/tenant.rs"),
            include_str!("../../domain/user.rs"),
        ] {
            let texts = source.split('"').skip(1).step_by(2);
            for rule in texts.filter(|it| it.starts_with("must be ")) {
                let known = RULES.iter().any(|(it, _)| *it == rule) || INTERNAL.contains(&rule);
                assert!(known, "{rule}");
            }
        }
    }
}
