//! The attempts by id, in words: what was tried, and why a success is grave.

use crate::audit::RuleTitle;

/// Id, English, Japanese, and what it means.
const TITLES: &[(&str, &str, &str, &str)] = &[
    (
        "X01",
        "Rows of another tenant are read",
        "他の収納企業の行が読める",
        "Every relation that a login reaches is read in tenant A's context. Whatever is not A's is a leak: a row with \
         another tenant's id, or a value that only tenant B has.",
    ),
    (
        "X02",
        "A function returns another tenant's data",
        "関数が他の収納企業のデータを返す",
        "Every function that a login may call is called with B's id and B's keys. VOLATILE ones with --writes only.",
    ),
    (
        "X03",
        "Rows of another tenant are changed",
        "他の収納企業の行が変更できる",
        "DELETE, UPDATE and INSERT in A's context, rolled back: how many rows they touch that are not A's, what they \
         let through for B, and what rules, triggers and cascades delete elsewhere.",
    ),
    (
        "X04",
        "The login can take the wall down",
        "ログイン自身が壁を外せる",
        "TRUNCATE, ALTER TABLE, CREATE POLICY, TRIGGER, RULE, SET ROLE, GRANT, CREATE, all rolled back. One that \
         succeeds makes every policy worthless to whoever can inject SQL.",
    ),
    (
        "X05",
        "Rows are answered without a tenant",
        "収納企業を指定しなくても行が返る",
        "The same reads with no context, an empty one, and one of a tenant that does not exist. This is the accident \
         of 2023: a lost context must be an error, never everybody's rows.",
    ),
    (
        "X06",
        "A context outlives its transaction",
        "取引の終了後もコンテキストが残る",
        "After COMMIT, and after the pool's DISCARD ALL, the next user of the connection must see nothing.",
    ),
    (
        "X07",
        "A context can be named, replayed or forged",
        "コンテキストを名乗る・再利用する・偽造することができる",
        "With a plain setting this is a premise: whoever runs SQL as the login can name any tenant. With a function \
         it must fail.",
    ),
    (
        "X08",
        "A cached plan keeps a tenant",
        "プランキャッシュが収納企業を覚えている",
        "A statement is prepared for A and run for B with a generic plan.",
    ),
    (
        "X09",
        "An error tells what another tenant has",
        "エラーから他の収納企業のデータの有無がわかる",
        "Keys and references without the tenant are provoked with B's values and with nobody's; so are estimates.",
    ),
    (
        "X10",
        "A condition meets another tenant's rows",
        "条件式が他の収納企業の行に対して評価される",
        "A condition that fails on B's rows only: if it fails, it ran before the filter.",
    ),
    (
        "X11",
        "Another setting opens the wall",
        "別の設定で壁が開く",
        "Every custom setting that policies and functions read is set to likely values, row_security to off.",
    ),
    (
        "X12",
        "Data beside the tables is reached",
        "テーブル以外の場所からデータが読める",
        "Planner statistics, large objects, files and programs of the server, other logins' statements.",
    ),
    (
        "X13",
        "The login can read the WAL",
        "ログインがWALを読める",
        "A logical replication slot hands out every tenant's changes.",
    ),
    (
        "X14",
        "A tenant's read scans everybody's rows",
        "一社の参照が全社の行を走査する",
        "EXPLAIN with sequential scans switched off still shows one.",
    ),
    (
        "X15",
        "A tenant does not see its own rows",
        "自社の行が見えない",
        "The positive control: where A sees nothing at all, no zero proves anything.",
    ),
    (
        "X16",
        "Something could not be tried",
        "試行できなかったものがある",
        "An attempt that was not made is not passed: it is listed with the reason, and the exit code is 3.",
    ),
    (
        "X17",
        "The same through the API and the PDF",
        "APIとPDFを通した試行",
        "Our own product only: the probe billers' slips through every read of the REST API and an exported list.",
    ),
    (
        "S01",
        "A suppression is over",
        "抑止の期限が切れている",
        "A suppression has an owner and a last day. After it the finding counts again, and this says whom to ask.",
    ),
    (
        "S02",
        "A suppression matches nothing",
        "該当する指摘のない抑止がある",
        "What it was for is gone, or its object is misspelt: remove it, or it hides the next one.",
    ),
];

/// Titles of all attempts.
pub fn titles() -> Vec<RuleTitle> {
    let title = |(id, en, ja, _): &(&str, &str, &str, &str)| RuleTitle {
        id: (*id).to_owned(),
        en: (*en).to_owned(),
        ja: (*ja).to_owned(),
    };
    TITLES.iter().map(title).collect()
}

/// What `--explain` says of an attempt.
pub fn explained(id: &str) -> Option<String> {
    let (id, en, ja, text) = TITLES.iter().find(|it| it.0.eq_ignore_ascii_case(id))?;
    Some(format!("# {id} {en}\n# {id} {ja}\n\n{text}\n"))
}
