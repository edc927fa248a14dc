//! `DELETE /v1/sessions/{id}`: end a session of one's own, or of the biller for a tenant-admin.

use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{Answer, no_content},
        call::Call,
        problem::{NOT_FOUND, Problem},
    },
    statements::sessions::EndSession,
};

#[utoipa::path(delete, path = "/v1/sessions/{id}",
    params(("id" = Uuid, Path, description = "The session.")),
    responses((status = 204, description = "Ended.")))]
pub(in crate::http) async fn end(call: Call, session: VerifiedSession, id: String) -> Answer {
    // What is no id is an id that nobody has: the session is asked first either way.
    let session_id = Uuid::parse_str(&id).unwrap_or(Uuid::nil());
    let mut tx = call.app.pool.enter(&session).await?;
    let ended = tx.fetch_one(&EndSession { session_id }).await?;
    tx.commit().await?;
    if ended { Ok(no_content()) } else { Err(Problem::new(&NOT_FOUND)) }
}
