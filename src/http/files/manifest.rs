//! `GET /v1/exports/{id}/manifest`: which pages were produced, and what each of their rows hashes to.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        files::export_id,
        problem::{NOT_FOUND, Problem},
    },
    statements::{
        exports::GetExport,
        manifests::{AskPages, PageLine},
    },
};

/// The pages of an export, in order. It stays when the file is gone: it is what tells whose rows left.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Manifest {
    export_id: Uuid,
    report: &'static str,
    state: &'static str,
    /// Whether every page of the export is here; while it runs, or when it was stopped, those that were produced are.
    complete: bool,
    pages: Vec<Page>,
}

/// A page.
#[derive(Serialize, ToSchema)]
struct Page {
    /// From 1; of a reprint as it is numbered on the original.
    page: i32,
    rows: i32,
    amount_yen: i64,
    /// Bill number and reissue number of the first row; null without rows.
    first: Option<String>,
    last: Option<String>,
    /// SHA-256 of the row digests, one after the other. Its head is at the foot of a list's page.
    digest: String,
    /// For each row 64 hexadecimal digits: SHA-256 of the salt, which is in the certificate, and the row. Null in an
    /// export of an earlier version.
    row_digests: Option<String>,
    /// The first and the last byte of what is on this page alone, as 0-99; null where it is not known.
    bytes: Option<String>,
}

#[utoipa::path(get, path = "/v1/exports/{id}/manifest",
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 200, body = Manifest)))]
pub(in crate::http) async fn manifest(call: Call, session: VerifiedSession, id: String) -> Answer {
    let export_id = export_id(&id).0;
    let line = call.app.pool.read(&session, &GetExport { export_id }).await?.pop();
    let line = line.ok_or_else(|| Problem::new(&NOT_FOUND))?;
    let pages = call.app.pool.read(&session, &AskPages { export_id }).await?;
    let body = Manifest {
        export_id,
        report: line.wish.kind().as_str(),
        state: line.state.as_str(),
        complete: line.pages_total == i32::try_from(pages.len()).ok(),
        pages: pages.into_iter().map(Page::from).collect(),
    };
    answer::json(StatusCode::OK, &body)
}

impl From<PageLine> for Page {
    fn from(it: PageLine) -> Page {
        Page {
            page: it.page,
            rows: it.rows,
            amount_yen: it.amount_yen,
            first: it.first,
            last: it.last,
            digest: format!("sha256:{}", hex::encode(it.digest)),
            row_digests: it.row_digests.map(hex::encode),
            bytes: it.bytes.map(|(first, last)| format!("{first}-{last}")),
        }
    }
}
