//! Every kind of problem, with its words. Slugs are a promise: one is added, never changed.

use crate::http::language::Language;

/// One kind of problem.
#[derive(Debug)]
pub(in crate::http) struct Kind {
    /// Stable name.
    pub slug: &'static str,
    /// HTTP status.
    pub status: u16,
    pub(super) title: Words,
    pub(super) detail: Words,
    pub(super) action: Words,
}

/// A sentence in both languages.
#[derive(Debug)]
pub(super) struct Words {
    en: &'static str,
    ja: &'static str,
}

impl Words {
    pub(super) fn say(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Ja => self.ja,
        }
    }
}

macro_rules! kinds {
    ($($name:ident $status:literal $slug:literal
        $title:literal / $title_ja:literal
        $detail:literal / $detail_ja:literal
        $action:literal / $action_ja:literal;)*) => {
        $(pub(in crate::http) static $name: Kind = Kind {
            slug: $slug,
            status: $status,
            title: Words { en: $title, ja: $title_ja },
            detail: Words { en: $detail, ja: $detail_ja },
            action: Words { en: $action, ja: $action_ja },
        };)*

        /// All of them.
        #[cfg(test)]
        pub(super) static KINDS: &[&Kind] = &[$(&$name),*];
    };
}

/// Our own fault: one kind per way to fail, one sentence for all.
macro_rules! own_fault {
    ($($name:ident $status:literal $slug:literal $title:literal / $title_ja:literal;)*) => {
        $(pub(in crate::http) static $name: Kind = Kind {
            slug: $slug,
            status: $status,
            title: Words { en: $title, ja: $title_ja },
            detail: Words {
                en: "The request could not be served; nothing of it was kept.",
                ja: "要求を処理できませんでした。何も保存されていません。",
            },
            action: Words {
                en: "Try again later; if it stays, tell the operator the value of instance.",
                ja: "時間をおいて再試行し、続く場合は instance の値を運用者に伝えてください。",
            },
        };)*

        /// All that are our own fault.
        #[cfg(test)]
        pub(super) static OWN_FAULTS: &[&Kind] = &[$(&$name),*];
    };
}

own_fault! {
    INTERNAL 500 "internal" "Internal error" / "内部エラー";
    CONTEXT_LOST 503 "context-lost" "Tenant context lost" / "テナント文脈の喪失";
    ISOLATION_TRIPPED 503 "isolation-tripped" "Isolation check tripped" / "分離検査の作動";
    ISOLATION_NOT_PROVEN 503 "isolation-not-proven" "Isolation not proven" / "分離を確認できません";
    DATABASE_UNAVAILABLE 503 "database-unavailable" "Database not available" / "データベースを利用できません";
    TIMEOUT 503 "timeout" "Took too long" / "時間切れ";
    NOT_READY 503 "not-ready" "Not ready" / "準備未完了";
}

kinds! {
    BAD_REQUEST 400 "bad-request" "Bad request" / "不正な要求"
        "The request could not be read." / "要求を読み取れません。"
        "Correct the request." / "要求を直してください。";
    BAD_JSON 400 "bad-json" "Not JSON" / "JSON ではありません"
        "The body stops being valid JSON at line and column, or says a field twice." / "本文が line・column の位置で JSON として読めないか、同じ項目が二度あります。"
        "Correct the body." / "本文を直してください。";
    UNKNOWN_FIELD 400 "unknown-field" "Unknown field" / "未知の項目"
        "The body has a field that does not exist; it was not ignored." / "本文に存在しない項目があります。無視はしません。"
        "Remove or rename the field at pointer." / "pointer の項目を除くか、名前を直してください。";
    UNKNOWN_PARAMETER 400 "unknown-parameter" "Unknown parameter" / "未知のパラメーター"
        "The query has a parameter that this route does not take; it was not ignored." / "この経路にないパラメーターがあります。無視はしません。"
        "Remove or rename the parameter." / "パラメーターを除くか、名前を直してください。";
    BAD_PARAMETER 400 "bad-parameter" "Bad parameter" / "不正なパラメーター"
        "A parameter or header does not have the form it must have." / "パラメーターまたはヘッダーの形が正しくありません。"
        "Correct what errors names." / "errors が示す箇所を直してください。";
    REPEATED_PARAMETER 400 "repeated-parameter" "Repeated parameter" / "重複したパラメーター"
        "A parameter is there twice." / "同じパラメーターが二度あります。"
        "Send it once." / "一度だけ送ってください。";
    TENANT_NOT_SELECTABLE 400 "tenant-not-selectable" "The biller cannot be chosen" / "収納企業は選べません"
        "The biller follows from the login. No parameter, field or header chooses it." / "収納企業はログインで決まり、パラメーター・項目・ヘッダーでは選べません。"
        "Leave it out." / "取り除いてください。";
    CURSOR_MISMATCH 400 "cursor-mismatch" "Cursor of another list" / "別の一覧のカーソル"
        "The cursor was not made for this list with this filter." / "このカーソルは、この条件の一覧のものではありません。"
        "Start again without a cursor." / "カーソルなしで始めからやり直してください。";
    CURSOR_EXPIRED 400 "cursor-expired" "Cursor expired" / "カーソルの期限切れ"
        "The cursor is older than 24 hours." / "カーソルの発行から24時間を過ぎました。"
        "Start again without a cursor." / "カーソルなしで始めからやり直してください。";
    IDEMPOTENCY_KEY_REQUIRED 400 "idempotency-key-required" "Idempotency-Key required" / "Idempotency-Key が必要です"
        "This request needs one Idempotency-Key header of 1 to 64 visible ASCII characters." / "1から64文字の ASCII 図形文字の Idempotency-Key ヘッダーが一つ必要です。"
        "Send a new key with each new request, and the same key with a retry." / "新しい要求には新しい鍵を、再送には同じ鍵を付けてください。";
    UNAUTHENTICATED 401 "unauthenticated" "Not logged in" / "未ログイン"
        "There is no token of a living session." / "有効なセッションのトークンがありません。"
        "Log in." / "ログインしてください。";
    TOKEN_EXPIRED 401 "token-expired" "Token expired" / "トークンの期限切れ"
        "The token is over." / "トークンの期限が切れました。"
        "Refresh tokens before they end, or log in." / "期限前に更新するか、ログインしてください。";
    SESSION_SUPERSEDED 401 "session-superseded" "Session taken over" / "セッションの引き継ぎ"
        "A later login of the same user took this session over. Its exports keep their own scope." / "同じ利用者の後のログインが、このセッションを引き継ぎました。出力中の帳票の範囲は変わりません。"
        "Log in again if that was you; otherwise change the password." / "心当たりがあれば再度ログインし、なければパスワードを変えてください。";
    BAD_CREDENTIALS 401 "bad-credentials" "Login refused" / "ログインできません"
        "Code, login and password do not open a session. Ten failures lock a login for fifteen minutes." / "収納企業コード・ログイン名・パスワードではログインできません。10回失敗すると15分間ロックされます。"
        "Check all three, or wait." / "三つとも確かめるか、時間をおいてください。";
    ON_CONFLICT_NOT_ALLOWED 403 "on-conflict-not-allowed" "Mode not allowed" / "許可されていない方式"
        "There is another session, and the biller does not allow this on_conflict." / "別のセッションがあり、この on_conflict は許可されていません。"
        "Use one of choices." / "choices から選んでください。";
    ROLE_REQUIRED 403 "role-required" "Role required" / "権限が必要です"
        "Only a tenant-admin may do this." / "管理者だけができます。"
        "Ask a tenant-admin." / "管理者に依頼してください。";
    CURRENT_PASSWORD_WRONG 403 "current-password-wrong" "Current password refused" / "現在のパスワードが違います"
        "The current password is wrong, or the login is locked. Ten failures lock it for fifteen minutes." / "現在のパスワードが違うか、ロックされています。10回失敗すると15分間ロックされます。"
        "Check it, or wait." / "確かめるか、時間をおいてください。";
    NOT_FOUND 404 "not-found" "Not found" / "見つかりません"
        "There is nothing here for this caller." / "この呼び出し元に見せるものはありません。"
        "Check the address." / "アドレスを確かめてください。";
    METHOD_NOT_ALLOWED 405 "method-not-allowed" "Method not allowed" / "使えないメソッド"
        "The path exists; this method does not." / "パスはありますが、このメソッドは使えません。"
        "Use one that Allow names." / "Allow にあるものを使ってください。";
    SESSION_EXISTS 409 "session-exists" "Another session exists" / "別のセッションがあります"
        "This user is logged in elsewhere. Nothing was opened and nothing was ended." / "この利用者は別の場所でログイン中です。何も始めず、何も終わらせていません。"
        "Log in again with on_conflict set to one of choices." / "choices の一つを on_conflict に指定してください。";
    USER_EXISTS 409 "user-exists" "User exists" / "既存の利用者"
        "The login is taken in this biller." / "このログイン名は使われています。"
        "Choose another login." / "別のログイン名にしてください。";
    SLIP_EXISTS 409 "slip-exists" "Slip exists" / "登録済みの払込票"
        "Slips of this biller with these ids exist. Nothing was registered." / "ids の払込票は登録済みです。何も登録していません。"
        "Leave them out, or count the reissue number up." / "除くか、再発行区分を上げてください。";
    WRONG_STATE 409 "wrong-state" "Not in this state" / "この状態ではできません"
        "The slip is paid, void or superseded: its state is in state. Nothing was changed." / "入金済み・取消済み・再発行済みの払込票です (state)。何も変えていません。"
        "Look at its events." / "履歴を確かめてください。";
    REISSUES_USED_UP 409 "reissues-used-up" "No further reissue" / "再発行区分の上限"
        "The reissue number is 9, the last one. Nothing was changed." / "再発行区分が最後の9です。何も変えていません。"
        "Register the bill under another bill number." / "別の請求番号で登録してください。";
    ROW_COUNT_MISMATCH 409 "row-count-mismatch" "Other number of rows" / "件数の不一致"
        "The filter matches another number of rows than expected. Nothing was ordered." / "条件に合う件数が expect.rows と違います。何も出力していません。"
        "Look at the list again, and expect counted_rows if it is right." / "一覧を見直し、正しければ counted_rows を指定してください。";
    PREVIEW_STALE 409 "preview-stale" "Preview no longer true" / "古くなったプレビュー"
        "The preview is older than ten minutes, or the rows have changed since. Nothing was ordered." / "プレビューから10分を過ぎたか、その後にデータが変わりました。何も出力していません。"
        "Preview again, look at it, and order with the new token." / "もう一度プレビューし、確かめてから新しいトークンで依頼してください。";
    ALREADY_FINAL 409 "already-final" "Export has ended" / "終わった出力"
        "The export has ended and cannot be stopped; state says how." / "出力は終わっており、止められません。state を見てください。"
        "Nothing is to be stopped. A released file can be recalled." / "止めるものはありません。渡したファイルは回収できます。";
    ISSUER_MISSING 409 "issuer-missing" "No issuer" / "発行企業が未登録です"
        "The operator has not entered the issuer of this biller's slips: issuer code, payee and collector. Nothing was ordered." / "払込票に印刷する発行企業コード・受取人・収納代行会社が登録されていません。何も出力していません。"
        "Ask the operator to run shikiri tenant set." / "運用者に登録 (shikiri tenant set) を依頼してください。";
    EXPORT_NOT_READY 409 "export-not-ready" "Export not released" / "未完了の出力"
        "The export has no released file in its state." / "この状態の出力には、渡せるファイルがありません。"
        "Wait until its state is ready; after failed, cancelled or tripped order again." / "ready になるまで待ち、failed・cancelled・tripped なら改めて依頼してください。";
    LINK_BUSY 409 "link-busy" "Link in use" / "使用中のリンク"
        "A transfer is under way with this link, or one was cut off with the service." / "このリンクで転送中か、転送の途中でサービスが止まりました。"
        "Wait until it has ended, or make a new link." / "終わるまで待つか、新しいリンクを作ってください。";
    RANGE_DELIVERED 409 "range-delivered" "Already sent" / "受け渡し済みの範囲"
        "Some of these bytes went to their end with this link, which sends no byte twice. Nothing was sent." / "指定した範囲の一部は、このリンクで受け渡しが済んでいます。同じバイトは二度送りません。何も送っていません。"
        "Ask for the ranges in remaining, or make a new link." / "remaining の範囲を指定するか、新しいリンクを作ってください。";
    SLIPS_WITHDRAWN 409 "slips-withdrawn" "Slips withdrawn" / "無効になった払込票"
        "A slip on these pages is void or was issued again since it was printed. It must not be paid." / "指定の頁に、印刷後に取消または再発行された払込票があります。支払いに使えません。"
        "Leave its page out, or order a new export of the slips that are good." / "その頁を除くか、有効な払込票の出力を新しく指示してください。";
    NOT_RELEASED 409 "not-released" "Nothing was released" / "未完了の出力"
        "The export in its state has no file that could be taken back or printed again." / "この状態の出力には、回収・再印刷できるファイルがありません。"
        "An export under way is cancelled, not recalled." / "処理中の出力は、回収ではなく取り消してください。";
    IDEMPOTENCY_IN_PROGRESS 409 "idempotency-in-progress" "Same request under way" / "同じ要求を処理中"
        "A request with this key is being served." / "同じ鍵の要求を処理しています。"
        "Send it again after Retry-After seconds." / "Retry-After 秒後に再送してください。";
    GONE 410 "gone" "File gone" / "ファイルはありません"
        "The export was released; its file is no more." / "出力は完了しましたが、ファイルはもうありません。"
        "Order it again." / "改めて依頼してください。";
    NOT_ACCEPTABLE 406 "not-acceptable" "Only text/event-stream" / "text/event-stream だけです"
        "Events are sent as text/event-stream; Accept allows something else only." / "イベントは text/event-stream で送りますが、Accept が許していません。"
        "Accept text/event-stream, or poll the export itself." / "text/event-stream を受け入れるか、出力そのものを定期的に見てください。";
    ETAG_MISMATCH 412 "etag-mismatch" "Changed meanwhile" / "変更されています"
        "It is no longer what the tag in If-Match speaks of. Nothing was changed." / "If-Match の示す状態ではなくなっています。何も変えていません。"
        "Get it again, look, and send its new ETag." / "取り直して確かめ、新しい ETag を送ってください。";
    RECALLED 410 "recalled" "File taken back" / "回収済みのファイル"
        "The file was called back, or its time is over. Its key is destroyed." / "ファイルは回収されたか、保管期限が過ぎ、鍵は破棄されました。"
        "Order it again if it is still needed." / "必要であれば改めて依頼してください。";
    LINK_SPENT 410 "link-spent" "Link used up" / "使用済みのリンク"
        "The link has fetched its file once, or has sent three times its bytes to transfers that broke off." / "このリンクでの受け取りは済んだか、中断した転送にファイルの三倍のバイトを送りました。"
        "Make a new link." / "新しいリンクを作ってください。";
    LINK_EXPIRED 410 "link-expired" "Link expired" / "期限切れのリンク"
        "The link's time is over." / "リンクの期限が過ぎました。"
        "Make a new link." / "新しいリンクを作ってください。";
    TOO_LARGE 413 "too-large" "Too large" / "大きすぎます"
        "The body is larger than 1 MiB." / "本文が 1 MiB を超えています。"
        "Send less at once." / "分けて送ってください。";
    UNSUPPORTED_MEDIA_TYPE 415 "unsupported-media-type" "Not application/json" / "application/json ではありません"
        "The body must be application/json in UTF-8, without Content-Encoding." / "本文は UTF-8 の application/json で、Content-Encoding なしにしてください。"
        "Set Content-Type." / "Content-Type を指定してください。";
    RANGE_NOT_SATISFIABLE 416 "range-not-satisfiable" "No such bytes" / "範囲外です"
        "The Range is not one range of bytes of this file." / "Range は、このファイルの一つの範囲ではありません。"
        "Ask for one range inside Content-Range, or for all." / "Content-Range の中の一つの範囲か、全体を指定してください。";
    FILE_TOO_LARGE 413 "file-too-large" "File too large" / "ファイルが大きすぎます"
        "The file has more than 20 MiB or 50000 rows. Nothing of it was kept." / "ファイルが 20 MiB または5万行を超えています。何も保存していません。"
        "Send it in parts." / "分けて送ってください。";
    UNSUPPORTED_FILE_TYPE 415 "unsupported-file-type" "Not a file" / "ファイルではありません"
        "The body must be text/csv, text/plain or application/octet-stream without charset, or multipart/form-data with one part named file; without Content-Encoding." / "本文は charset なしの text/csv・text/plain・application/octet-stream か、file という部分一つの multipart/form-data にし、Content-Encoding なしにしてください。"
        "Set Content-Type; say the encoding with the parameter." / "Content-Type を指定し、文字コードはパラメーターで指定してください。";
    IMPORT_HAS_ERRORS 422 "import-has-errors" "The file has errors" / "ファイルに誤りがあります"
        "Nothing was registered. What is wrong is in import." / "何も登録していません。誤りは import にあります。"
        "Correct the file by its errors_csv, and send it with a new key." / "errors_csv を見てファイルを直し、新しい鍵で送ってください。";
    SETTLEMENT_HAS_ERRORS 422 "settlement-has-errors" "The file does not read" / "収納データを読み取れません"
        "The file is not of this layout, or damaged. Nothing of it was kept." / "指定の形式ではないか、壊れています。何も保存していません。"
        "Check layout and file by what faults names." / "faults が示す箇所で、形式とファイルを確かめてください。";
    FOREIGN_PAYMENTS 422 "payments-of-another-biller" "Payments of another biller" / "他社の収納データが入っています"
        "A line of the file belongs to another biller. Nothing of it was kept; the refusal is in the audit chain." / "他の収納企業の行が入っています。何も保存せず、お断りしたことを監査記録に残しました。"
        "Do not open, copy or pass on the file. Tell the collector and the operator at once." / "ファイルを開かず、複写も転送もせず、すぐに収納代行会社と運用者に連絡してください。";
    VALIDATION_FAILED 422 "validation-failed" "Values do not fit" / "値が正しくありません"
        "Some fields are missing or do not fit. Nothing was changed." / "足りない項目か、正しくない値があります。何も変えていません。"
        "Correct what errors names." / "errors が示す箇所を直してください。";
    FILTER_REQUIRED 422 "filter-required" "Filter required" / "抽出条件が必要です"
        "An export without a condition would be everything by accident." / "条件のない出力は、意図せず全件になります。"
        "Give a condition, or say {\"all\": true}." / "条件を指定するか、{\"all\": true} としてください。";
    EXPECTATION_MISSING 422 "expectation-missing" "Expectation missing" / "件数の指定が必要です"
        "An order must say how many rows it expects." / "予期する件数の指定が必要です。"
        "Send expect.rows." / "expect.rows を送ってください。";
    EXPORT_TOO_LARGE 422 "export-too-large" "Export too large" / "出力が大きすぎます"
        "More rows match than one list takes. It was refused, not cut off." / "一つの一覧の上限を超えています。途中で切らず、お断りします。"
        "Order the parts in split one by one." / "split の範囲ごとに依頼してください。";
    PREVIEW_MISMATCH 422 "preview-mismatch" "Another order than previewed" / "プレビューと違う依頼"
        "The token was not made for this biller, or report and filter are not those that were previewed. Nothing was ordered." / "このトークンはこの収納企業のものではないか、帳票または条件がプレビューと違います。何も出力していません。"
        "Leave report and filter out, or preview what you want to order." / "report と filter を省くか、依頼したい内容でプレビューしてください。";
    PAGE_BEHIND 422 "page-behind" "Page behind" / "過ぎたページ"
        "The page was produced before; pages_done says how many are. Nothing was stopped." / "そのページは既に作られています (pages_done)。何も止めていません。"
        "Stop at a later page, or now with at_page null." / "後のページを指定するか、at_page を null にして今止めてください。";
    NO_SUCH_PAGES 422 "no-such-pages" "No such pages" / "該当する頁がありません"
        "The file has no such pages, is itself a reprint, or is too large to take pages out of it." / "該当する頁がないか、再印刷したもの・大きすぎるものです。"
        "Ask for pages as they are numbered on the original." / "元の出力の頁番号で指定してください。";
    REPORT_HAS_NO_PAGES 422 "report-has-no-pages" "A report without pages" / "頁のない帳票"
        "A CSV file has no pages that could be printed again." / "CSV には再印刷できる頁がありません。"
        "Fetch the file again, or order a new export." / "ファイルを再度取得するか、新しい出力を指示してください。";
    IDEMPOTENCY_KEY_REUSED 422 "idempotency-key-reused" "Key used before" / "使用済みの鍵"
        "This key was used for a request with another body." / "この鍵は別の本文の要求に使われました。"
        "Use a new key." / "新しい鍵を使ってください。";
    STOPPED 423 "stopped" "Stopped" / "停止中"
        "The operator has stopped this function." / "運用者がこの機能を止めています。"
        "Ask the operator." / "運用者に問い合わせてください。";
    ETAG_REQUIRED 428 "etag-required" "If-Match required" / "If-Match が必要です"
        "A change needs an If-Match header with the ETag of what is to be changed." / "変更には、対象の ETag を入れた If-Match ヘッダーが必要です。"
        "Get it first, and send its ETag." / "先に取得し、その ETag を送ってください。";
    RATE_LIMITED 429 "rate-limited" "Too many requests" / "要求が多すぎます"
        "More requests than may be sent in this time." / "一定時間の要求数を超えました。"
        "Wait Retry-After seconds." / "Retry-After 秒待ってください。";
    WATCH_QUOTA 429 "watch-quota" "Too many watchers" / "監視が多すぎます"
        "The biller has as many event streams open as it may." / "開いているイベント配信が上限に達しています。"
        "Close one, or poll the export itself." / "一つ閉じるか、出力そのものを定期的に見てください。";
    WATCH_FULL 429 "watch-full" "Too many watchers of all billers" / "全体の監視が多すぎます"
        "The service has as many event streams open as it may." / "サービス全体で開いているイベント配信が上限に達しています。"
        "Poll the export itself, or wait Retry-After seconds." / "出力そのものを定期的に見るか、Retry-After 秒待ってください。";
    UPLOAD_BUSY 429 "upload-busy" "Another file under way" / "別のファイルを処理中"
        "One file of a biller is taken in at a time, and a few of all billers." / "取り込みは収納企業ごとに一つずつで、全体の数にも上限があります。"
        "Wait Retry-After seconds." / "Retry-After 秒待ってください。";
    DELIVERY_QUOTA 429 "delivery-quota" "Fetched too often" / "受け取り回数の上限"
        "One file has at most 1000 fetches, 100 links and 20 reprints." / "一つのファイルの上限は、受け取り1000回・リンク100件・再印刷20件です。"
        "Order the export again." / "改めて出力を依頼してください。";
    EXPORT_QUOTA 429 "export-quota" "Too many exports under way" / "出力が多すぎます"
        "The biller has as many exports under way as it may." / "処理中の出力が上限に達しています。"
        "Wait until one has ended." / "一つ終わるまで待ってください。";
}
