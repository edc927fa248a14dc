//! `GET /v1/exports/{id}/file`: the bytes of a released export.

use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    domain::ExportId,
    http::{answer::Answer, call::Call, files::transfer},
};

#[utoipa::path(get, path = "/v1/exports/{id}/file",
    params(("id" = Uuid, Path, description = "The export."),
        ("Range" = Option<String>, Header, description = "One range of bytes.")),
    responses((status = 200, description = "The file: PDF, or CSV in the encoding that was ordered.",
        content((Vec<u8> = "application/pdf"), (Vec<u8> = "text/csv"))),
        (status = 206, description = "A part of it.",
        content((Vec<u8> = "application/pdf"), (Vec<u8> = "text/csv")))))]
pub(in crate::http) async fn file(call: Call, session: VerifiedSession, id: String) -> Answer {
    // What is no id is an id that nobody has: the session is asked first either way.
    let id = ExportId(Uuid::parse_str(&id).unwrap_or(Uuid::nil()));
    let wanted = transfer::wanted(&call.headers)?;
    let fetched = call.app.exporter.fetch(&session, id, wanted).await;
    transfer::count(&call.app.metrics, &fetched);
    Ok(transfer::answer(&call.app.exporter, fetched?))
}
