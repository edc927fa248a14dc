//! `DELETE /v1/exports/{id}`: end the time of a file early. The export and its certificate stay.

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        files::export_id,
    },
};

#[utoipa::path(delete, path = "/v1/exports/{id}",
    params(("id" = uuid::Uuid, Path, description = "The export.")),
    responses((status = 204, description = "Its key is destroyed.")))]
pub(in crate::http) async fn discard(call: Call, session: VerifiedSession, id: String) -> Answer {
    call.app.exporter.discard(&session, export_id(&id)).await?;
    Ok(answer::no_content())
}
