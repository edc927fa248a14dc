//! `GET /v1/slip-imports/{id}`: what came of a file.

use http::StatusCode;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        faults::SHOWN_MAX,
        problem::{NOT_FOUND, Problem},
        slip_imports::SlipImport,
    },
    statements::slip_imports::{GetImport, ListFaults},
};

#[utoipa::path(get, path = "/v1/slip-imports/{id}",
    params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 200, body = SlipImport)))]
pub(in crate::http) async fn get(call: Call, session: VerifiedSession, id: String) -> Answer {
    // What is no id is an id that nobody has: the session is asked first either way.
    let import_id = Uuid::parse_str(&id).unwrap_or(Uuid::nil());
    let line = call.app.pool.read(&session, &GetImport { import_id }).await?.pop();
    let line = line.ok_or_else(|| Problem::new(&NOT_FOUND))?;
    let list = ListFaults { import_id, rows: SHOWN_MAX as i64 };
    let faults = call.app.pool.read(&session, &list).await?;
    answer::json(StatusCode::OK, &SlipImport::new(line, faults, call.entry.language))
}
