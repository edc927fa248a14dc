//! `POST /v1/page-codes/resolve`: a page that lies somewhere, and who could have it.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    export::{FileLedger, ResolveError, ResolvedPage, Sent},
    http::{
        answer::{self, Answer, moment},
        call::Call,
        fields::Fields,
        files::recall::FetchedBy,
        problem::{Fault, Problem, VALIDATION_FAILED},
    },
};

/// The fields of [`PageCodeToResolve`].
pub(in crate::http) const FIELDS: &[&str] = &["code"];

/// A code to look up.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; it is read field by field")]
pub(in crate::http) struct PageCodeToResolve {
    /// 照会番号 from the foot of the page; case, blanks and hyphens do not matter.
    code: String,
}

/// A page of one's own. One of another biller is 404, like one that never was and one that is forged.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PageOfOurs {
    export_id: Uuid,
    report: &'static str,
    /// 0 for a cover.
    page: u32,
    /// Rows on it; null for a cover, and for a page that was drawn and never produced.
    rows: Option<i32>,
    amount_yen: Option<i64>,
    /// Bill number and reissue number of the first row.
    first: Option<String>,
    last: Option<String>,
    /// Who ordered it.
    requested_by: Uuid,
    purpose: Option<String>,
    ordered_at: String,
    /// Where the export stands.
    state: &'static str,
    /// The file and those reprints that have this page. None before a release.
    files: Vec<FileWithPage>,
}

/// A file that has the page.
#[derive(Serialize, ToSchema)]
struct FileWithPage {
    /// Its export.
    id: Uuid,
    /// The pages of the original, for a reprint: as 67-120.
    reprint_pages: Option<String>,
    state: &'static str,
    recalled_at: Option<String>,
    /// How much of the page was sent, or may have been: whole, part or never.
    sent: &'static str,
    /// The fetches that the page went with, or may have.
    fetched_by: Vec<FetchedBy>,
}

#[utoipa::path(post, path = "/v1/page-codes/resolve", request_body = PageCodeToResolve,
    responses((status = 200, body = PageOfOurs)))]
pub(in crate::http) async fn resolve(mut call: Call, session: VerifiedSession) -> Answer {
    let body = call.json().await?;
    let mut fields = Fields::of(&body, "", FIELDS)?;
    let code = fields.text("code");
    let code = fields.finish(code)?;
    let page = call.app.exporter.resolve(&session, code).await?;
    answer::json(StatusCode::OK, &PageOfOurs::from(page))
}

impl From<ResolvedPage> for PageOfOurs {
    fn from(it: ResolvedPage) -> PageOfOurs {
        let (export, on_it) = (it.export, it.on_it);
        PageOfOurs {
            export_id: export.export_id.0,
            report: export.wish.kind().as_str(),
            page: it.page,
            rows: on_it.as_ref().map(|it| it.rows),
            amount_yen: on_it.as_ref().map(|it| it.amount_yen),
            first: on_it.as_ref().and_then(|it| it.first.clone()),
            last: on_it.and_then(|it| it.last),
            requested_by: export.requested_by.0,
            purpose: export.purpose,
            ordered_at: moment(export.ordered_at),
            state: export.state.as_str(),
            files: it.files.iter().map(|file| FileWithPage::of(file, it.page)).collect(),
        }
    }
}

impl FileWithPage {
    fn of(it: &FileLedger, page: u32) -> FileWithPage {
        // A cover has no line in the manifest: it may have gone with any byte.
        let sent = it.pages().iter().find(|(number, _)| *number == page).map(|(_, sent)| *sent);
        let any = if it.fetches.is_empty() { Sent::Never } else { Sent::Part };
        FileWithPage {
            id: it.file.export_id.0,
            reprint_pages: it.file.reprint_pages.map(|(first, last)| format!("{first}-{last}")),
            state: it.file.state.as_str(),
            recalled_at: it.file.recalled_at.map(moment),
            sent: sent.unwrap_or(any).as_str(),
            fetched_by: it.fetches_of(page).map(FetchedBy::from).collect(),
        }
    }
}

impl From<ResolveError> for Problem {
    fn from(err: ResolveError) -> Problem {
        match err {
            ResolveError::NoCode => {
                let fault = Fault::pointer("/code", "must be the forty characters of a page code");
                Problem::new(&VALIDATION_FAILED).at([fault])
            }
            ResolveError::NotFound => Problem::new(&crate::http::problem::NOT_FOUND),
            ResolveError::Keys(err) => err.into(),
            ResolveError::Db(err) => err.into(),
        }
    }
}
