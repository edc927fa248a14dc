//! What a value must be, in Japanese. The rules themselves are the domain's, and in English.

use crate::http::language::Language;

/// English as the domain and this room write it, and Japanese.
const RULES: &[(&str, &str)] = &[
    ("is missing", "がありません"),
    ("must be a text", "は文字列にしてください"),
    ("must be 1 to 900", "は1から900にしてください"),
    ("must be 1", "は1にしてください"),
    ("must be session or none", "は session か none にしてください"),
    ("must be as 67-120 or 67", "は 67-120 または 67 の形にしてください"),
    ("must be P1D to P90D", "は P1D から P90D にしてください"),
    ("must be a whole number", "は整数にしてください"),
    ("must be an object", "はオブジェクトにしてください"),
    ("must be 1 to 1000 slips", "は1から1000件の払込票にしてください"),
    ("is in the list twice", "は同じ一覧に二度あります"),
    ("must be 1 to 200", "は1から200にしてください"),
    ("must be one cursor of ours", "はこの一覧のカーソルにしてください"),
    ("must be 0 to 2147483647", "は0から2147483647にしてください"),
    ("must be true or left out", "は true とするか、除いてください"),
    ("stands alone: all is every slip", "は単独で指定してください (全件)"),
    ("must be at most 200 characters without controls", "は制御文字なしで200字以内にしてください"),
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
        "must be ask, take_over, refuse or parallel",
        "は ask・take_over・refuse・parallel のどれかにしてください",
    ),
    ("must be 0 to 9", "は0から9にしてください"),
    ("must be slip_list", "は slip_list にしてください"),
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
    const INTERNAL: &[&str] =
        &["is not a state of an export", "must be 1 to 60 characters without controls"];

    #[test]
    fn every_rule_of_the_domain_has_japanese_words() {
        for source in [
            include_str!("../../domain/amount.rs"),
            include_str!("../../domain/due_date.rs"),
            include_str!("../../domain/export.rs"),
            include_str!("../../domain/filter.rs"),
            include_str!("../../domain/slip.rs"),
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
