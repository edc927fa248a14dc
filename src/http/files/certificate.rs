//! `GET /v1/exports/{id}/certificate`: the signed statement of a release.

use http::StatusCode;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        files::export_id,
        problem::{EXPORT_NOT_READY, NOT_FOUND, Problem},
    },
    statements::{certificates::GetCertificate, exports::GetExport},
};

#[utoipa::path(get, path = "/v1/exports/{id}/certificate",
    params(("id" = uuid::Uuid, Path, description = "The export.")),
    responses((status = 200, description = "A JWS in compact form (EdDSA); it stays when the file is gone.",
        content_type = "application/jose", body = String)))]
pub(in crate::http) async fn certificate(
    call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    let export_id = export_id(&id).0;
    let found = call.app.pool.read(&session, &GetCertificate { export_id }).await?.pop();
    if let Some(certificate) = found {
        return Ok(answer::text(StatusCode::OK, "application/jose", certificate.into_bytes()));
    }
    let line = call.app.pool.read(&session, &GetExport { export_id }).await?.pop();
    let line = line.ok_or_else(|| Problem::new(&NOT_FOUND))?;
    Err(Problem::new(&EXPORT_NOT_READY).with("state", line.state.as_str()))
}
