//! `GET /v1/exports/{id}`: where an export stands.

use http::StatusCode;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        exports::Export,
        problem::{NOT_FOUND, Problem},
    },
    statements::exports::GetExport,
};

#[utoipa::path(get, path = "/v1/exports/{id}",
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 200, body = Export)))]
pub(in crate::http) async fn get(call: Call, session: VerifiedSession, id: String) -> Answer {
    // What is no id is an id that nobody has: the session is asked first either way.
    let export_id = Uuid::parse_str(&id).unwrap_or(Uuid::nil());
    let line = call.app.pool.read(&session, &GetExport { export_id }).await?.pop();
    let line = line.ok_or_else(|| Problem::new(&NOT_FOUND))?;
    answer::json(StatusCode::OK, &Export::from(line))
}
