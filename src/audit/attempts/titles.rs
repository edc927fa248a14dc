//! The attempts by id, in words: what was tried, and why a success is grave.

use crate::audit::RuleTitle;

/// Id, English, Japanese, what it means; and in Japanese why it is grave, and how to mend it.
const TITLES: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "X01",
        "Rows of another tenant are read",
        "他の収納企業の行が読める",
        "Every relation that a login reaches is read in tenant A's context. Whatever is not A's is a leak: a row with \
         another tenant's id, or a value that only tenant B has.",
        "他社の行がそのまま読み出された。",
        "行セキュリティを有効化・強制し、ロールを対象とするポリシーでテナント列を文脈と比較する。",
    ),
    (
        "X02",
        "A function returns another tenant's data",
        "関数が他の収納企業のデータを返す",
        "Every function that a login may call is called with B's id and B's keys. VOLATILE ones with --writes only.",
        "引数に他社の番号を渡すだけで、関数が他社のデータを返した。",
        "テナントは引数ではなく文脈から取り、行セキュリティに拘束される所有者にする。",
    ),
    (
        "X03",
        "Rows of another tenant are changed",
        "他の収納企業の行が変更できる",
        "DELETE, UPDATE and INSERT in A's context, rolled back: how many rows they touch that are not A's, what they \
         let through for B, and what rules, triggers and cascades delete elsewhere.",
        "自社の文脈のまま、他社の行を変更または作成できた。",
        "すべての操作のUSINGとWITH CHECKにテナントの条件を書き、制限ポリシーを置く。",
    ),
    (
        "X04",
        "The login can take the wall down",
        "ログイン自身が壁を外せる",
        "TRUNCATE, ALTER TABLE, CREATE POLICY, TRIGGER, RULE, SET ROLE, GRANT, CREATE, all rolled back. One that \
         succeeds makes every policy worthless to whoever can inject SQL.",
        "ログイン自身が表やロールを変更できるため、ポリシーは無意味になる。",
        "実行時ロールには何も所有させず、どのロールにも属させず、TRUNCATEなどの権限を与えない。",
    ),
    (
        "X05",
        "Rows are answered without a tenant",
        "収納企業を指定しなくても行が返る",
        "The same reads with no context, an empty one, and one of a tenant that does not exist. This is the accident \
         of 2023: a lost context must be an error, never everybody's rows.",
        "テナントを失ったセッションに行が返った。2023年の事故と同じ形である。",
        "未設定・空・不明のテナントでは、ポリシーが偽になるか、できればエラーになるようにする。",
    ),
    (
        "X06",
        "A context outlives its transaction",
        "取引の終了後もコンテキストが残る",
        "After COMMIT, and after the pool's DISCARD ALL, the next user of the connection must see nothing.",
        "接続を次に使う利用者に、前のテナントの行が見える。",
        "文脈はトランザクションの中だけで設定する（set_configの第三引数をtrueにする）。",
    ),
    (
        "X07",
        "A context can be named, replayed or forged",
        "コンテキストを名乗る・再利用する・偽造することができる",
        "With a plain setting this is a premise: whoever runs SQL as the login can name any tenant. With a function \
         it must fail.",
        "SQLを実行できる者が、別のテナントを名乗ることができる。",
        "設計上の前提として受け入れるか、接続とトランザクションとログインに結び付けた封印を関数で検証する。",
    ),
    (
        "X08",
        "A cached plan keeps a tenant",
        "プランキャッシュが収納企業を覚えている",
        "A statement is prepared for A and run for B with a generic plan.",
        "用意された文が、前のテナントの値を使い続ける。",
        "文脈の関数と、それが呼ぶ関数をすべてSTABLEにする。",
    ),
    (
        "X09",
        "An error tells what another tenant has",
        "エラーから他の収納企業のデータの有無がわかる",
        "Keys and references without the tenant are provoked with B's values and with nobody's; so are estimates.",
        "エラーや件数や見積もりから、他社にその値があることがわかる。",
        "一意キーと外部キーの先頭にテナント列を加え、統計の対象を0にする。",
    ),
    (
        "X10",
        "A condition meets another tenant's rows",
        "条件式が他の収納企業の行に対して評価される",
        "A condition that fails on B's rows only: if it fails, it ran before the filter.",
        "利用者の条件式が、他社の行に対して先に評価された。",
        "ビューをsecurity_invokerかsecurity_barrierにし、絞り込みはポリシーに置く。",
    ),
    (
        "X11",
        "Another setting opens the wall",
        "別の設定で壁が開く",
        "Every custom setting that policies and functions read is set to likely values, row_security to off.",
        "利用者が自由に変えられる設定で、他社の行が見えた。",
        "ロール自身が変更できる設定をポリシーで信用しない。",
    ),
    (
        "X12",
        "Data beside the tables is reached",
        "テーブル以外の場所からデータが読める",
        "Planner statistics, large objects, files and programs of the server, other logins' statements.",
        "ポリシーの及ばない場所から、他社のデータや件数が読めた。",
        "その場所の権限をロールから取り消し、列の統計の対象を0にする。",
    ),
    (
        "X13",
        "The login can read the WAL",
        "ログインがWALを読める",
        "A logical replication slot hands out every tenant's changes.",
        "全社の変更内容をログから読み出せる。",
        "REPLICATIONを外す。",
    ),
    (
        "X14",
        "A tenant's read scans everybody's rows",
        "一社の参照が全社の行を走査する",
        "EXPLAIN with sequential scans switched off still shows one.",
        "一社の参照のたびに全社の行が走査される。",
        "テナント列で始まる索引を作り、文脈の関数を副問い合わせで囲む。",
    ),
    (
        "X15",
        "A tenant does not see its own rows",
        "自社の行が見えない",
        "The positive control: where A sees nothing at all, no zero proves anything.",
        "自社の行すら見えないため、他社の行が見えないことの証明にならない。",
        "自社の行が見えるポリシーを書くか、権限を取り消す。",
    ),
    (
        "X16",
        "Something could not be tried",
        "試行できなかったものがある",
        "An attempt that was not made is not passed: it is listed with the reason, and the exit code is 3.",
        "試行しなかったものは合格ではない。",
        "示された理由を取り除き、もう一度実行する。",
    ),
    (
        "X17",
        "The same through the API and the PDF",
        "APIとPDFを通した試行",
        "Our own product only: the probe billers' slips through every read of the REST API and an exported list.",
        "APIの応答または帳票に他社のデータが現れた。",
        "直ちに停止し、データベースの監査（--writes）と突き合わせて、プログラムの誤りを直す。",
    ),
    (
        "S01",
        "A suppression is over",
        "抑止の期限が切れている",
        "A suppression has an owner and a last day. After it the finding counts again, and this says whom to ask.",
        "抑止の期限が過ぎているため、指摘は再び有効になる。",
        "指摘を直すか、責任者が期限を改める。",
    ),
    (
        "S02",
        "A suppression matches nothing",
        "該当する指摘のない抑止がある",
        "What it was for is gone, or its object is misspelt: remove it, or it hides the next one.",
        "対象のない抑止は、次の指摘を隠すおそれがある。",
        "設定ファイルから消すか、規則と対象の表記を正す。",
    ),
    (
        "W01",
        "The wall is not the one that was deployed",
        "配備したときの壁と異なる",
        "Our own product only: the digest over policies, grants, roles and functions is not the one that the last \
         migration left.",
        "配備したときの壁と、いまの壁が異なる。",
        "shikiri migrate を実行して、関数・ポリシー・権限を元に戻す。",
    ),
];

/// Titles of all attempts.
pub fn titles() -> Vec<RuleTitle> {
    let title = |it: &(&str, &str, &str, &str, &str, &str)| RuleTitle {
        id: it.0.to_owned(),
        en: it.1.to_owned(),
        ja: it.2.to_owned(),
        why_ja: it.4.to_owned(),
        fix_ja: it.5.to_owned(),
    };
    TITLES.iter().map(title).collect()
}

/// What `--explain` says of an attempt.
pub fn explained(id: &str) -> Option<String> {
    let (id, en, ja, text, why, fix) = TITLES.iter().find(|it| it.0.eq_ignore_ascii_case(id))?;
    Some(format!("# {id} {en}\n# {id} {ja}\n\n{text}\n\n{why}\n{fix}\n"))
}

#[cfg(test)]
mod tests {
    use super::titles;

    #[test]
    fn every_attempt_says_why_and_how_to_mend_it_in_japanese_too() {
        for it in titles() {
            for sentence in [&it.why_ja, &it.fix_ja] {
                assert!(sentence.ends_with('。') && !sentence.is_ascii(), "{}: {sentence}", it.id);
            }
            assert!(it.en.is_ascii() && !it.ja.is_ascii(), "{}", it.id);
        }
    }
}
