//! `GET /v1/slip-imports/{id}/errors.csv`: what is wrong in a file, for the one who corrects it.

use http::StatusCode;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        problem::{NOT_FOUND, Problem},
    },
    intake,
    statements::slip_imports::{GetImport, ListFaults},
    wall::Call as _,
};

#[utoipa::path(get, path = "/v1/slip-imports/{id}/errors.csv",
    params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 200, description = "UTF-8 with its mark, CRLF.", content_type = "text/csv",
        body = String)))]
pub(in crate::http) async fn errors(call: Call, session: VerifiedSession, id: String) -> Answer {
    let import_id = Uuid::parse_str(&id).unwrap_or(Uuid::nil());
    let line = call.app.pool.read(&session, &GetImport { import_id }).await?.pop();
    line.ok_or_else(|| Problem::new(&NOT_FOUND))?;
    let list = ListFaults { import_id, rows: ListFaults::ROWS_MAX as i64 };
    let faults = call.app.pool.read(&session, &list).await?;
    let bytes = intake::faults_csv(faults.iter().map(|it| {
        let (field, masked) = (it.field.as_deref(), it.masked.as_deref());
        (it.severity.as_str(), it.line, it.column, field, it.code.as_str(), masked)
    }));
    Ok(answer::text(StatusCode::OK, "text/csv; charset=utf-8", bytes))
}
