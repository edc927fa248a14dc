//! The fixed words of a report, in English and Japanese.

use time::format_description::well_known::Rfc3339;

use crate::audit::{Report, Severity, attempts::Depth, render::Language};

/// A word in both languages.
pub(super) struct Words {
    pub en: &'static str,
    pub ja: &'static str,
}

impl Words {
    pub(super) const fn in_(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Ja => self.ja,
        }
    }
}

macro_rules! words {
    ($($name:ident: $en:literal, $ja:literal;)*) => {
        $(pub(super) const $name: Words = Words { en: $en, ja: $ja };)*
    };
}

words! {
    TITLE: "Row security audit", "行レベルセキュリティ監査報告書";
    DATABASE: "database", "データベース";
    SERVER: "server", "サーバー";
    DIGEST: "schema digest", "スキーマのダイジェスト";
    MADE_AT: "made at", "実施日時";
    HOW_FAR: "how far", "実施範囲";
    CONTEXT: "a tenant is entered by", "収納企業の指定方法";
    RESULT: "result", "結果";
    ATTEMPTS: "attempts", "試行";
    MATRIX: "Who reaches whose rows", "誰が誰の行に届くか";
    LEGEND: "own: its own tenant's rows only · OTHER: other tenants' too · shared: declared as everybody's · none · ?: could not be shown · not judged: nothing says whose its rows are",
        "own: 自社の行のみ · OTHER: 他社の行にも届く · shared: 全社共通と宣言済み · none: 届かない · ?: 確認できず · not judged: 誰の行か申告がない";
    NONE_OF_ALL: "pairs of login and relation with no verb at all (the JSON report lists them)",
        "どの操作もできないログインとテーブルの組の数(JSON形式にすべて記載)";
    ROLE: "role", "ロール";
    RELATION: "relation", "テーブル";
    DOOR: "by which door", "経路";
    FINDINGS: "Findings", "指摘事項";
    PREMISES: "Accepted premises", "前提事項";
    UNTRIED: "Could not be tried: not passed (X16)", "試行できなかったもの(合格ではない、X16)";
    DEPLOYED: "Functions that write: refused READ ONLY, their text is the deployed one, which tests call as every login",
        "更新を行う関数(読み取り専用で拒否。内容は配備時と同一で、全ログインによる呼び出しは試験済み)";
    SUPPRESSED: "Suppressed, with who answers for it", "抑止中の指摘と責任者";
    RULES: "Rules and attempts of this audit", "実施した規則と試行";
    SEEN: "seen", "確認内容";
    ALSO: "the same fault also as", "同じ原因の指摘";
    REPRODUCE: "see it again", "再現手順";
    WHY: "why", "理由";
    FIX: "fix", "対処";
    FIX_SQL: "fix", "対処のSQL";
    DETAIL: "detail", "詳細(英語)";
    NOTHING: "none", "なし";
    TO_EXPLAIN: "What an id means: shikiri audit --explain ID", "各番号の説明: shikiri audit --explain 番号";
    UNTIL: "until", "期限";
}

/// When, to the second.
pub(super) fn at(report: &Report) -> String {
    let at = report.at.replace_nanosecond(0).unwrap_or(report.at);
    at.format(&Rfc3339).unwrap_or_default()
}

/// How the attempts ended, counted.
pub(super) fn attempts(report: &Report, language: Language) -> String {
    let (t, untried) = (report.tally, report.untried.len());
    let [tried, denied, filtered, leaked] = [t.tried, t.denied, t.filtered, t.leaked];
    match language {
        Language::En => format!(
            "{tried} tried: {denied} denied by an error, {filtered} filtered, {leaked} leaked; {untried} could not be tried"
        ),
        Language::Ja => format!(
            "試行 {tried}件: エラーで拒否 {denied}件、自社分のみ {filtered}件、漏えい {leaked}件、試行不能 {untried}件"
        ),
    }
}

/// `function shikiri_seal.enter(text)` is `shikiri_seal.enter`.
pub(super) fn function_name(object: &str) -> &str {
    object.trim_start_matches("function ").split('(').next().unwrap_or_default()
}

/// A severity in words.
pub(super) fn severity(it: Severity, language: Language) -> &'static str {
    match (language, it) {
        (Language::En, _) => it.as_str(),
        (Language::Ja, Severity::Critical) => "致命的",
        (Language::Ja, Severity::High) => "重大",
        (Language::Ja, Severity::Medium) => "中",
        (Language::Ja, Severity::Low) => "軽微",
        (Language::Ja, Severity::Info) => "前提",
    }
}

/// How far an audit went, in words.
pub(super) fn depth(it: Depth, language: Language) -> &'static str {
    match (language, it) {
        (Language::En, Depth::Static) => "catalogue rules only (--static)",
        (Language::En, Depth::Reads) => "catalogue rules, and reads as each login",
        (Language::En, Depth::Writes) => {
            "catalogue rules, reads, and changes rolled back (--writes)"
        }
        (Language::Ja, Depth::Static) => "カタログ規則のみ(--static)",
        (Language::Ja, Depth::Reads) => "カタログ規則と、各ログインによる参照の試行",
        (Language::Ja, Depth::Writes) => "カタログ規則、参照、変更の試行(すべて取り消し、--writes)",
    }
}
