//! `DELETE /v1/sessions/current`: log out.

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{Answer, no_content},
        call::Call,
        problem::{Problem, UNAUTHENTICATED},
    },
    statements::sessions::EndSession,
};

#[utoipa::path(delete, path = "/v1/sessions/current",
    responses((status = 204, description = "Logged out.")))]
pub(in crate::http) async fn end_current(call: Call, session: VerifiedSession) -> Answer {
    let mut tx = call.app.pool.enter(&session).await?;
    let ended = tx.fetch_one(&EndSession { session_id: session.session_id() }).await?;
    tx.commit().await?;
    // Somebody else ended it between the door and here.
    if ended { Ok(no_content()) } else { Err(Problem::new(&UNAUTHENTICATED)) }
}
