//! `POST /v1/sessions/current/refresh`: a fresh envelope around the same session.

use http::StatusCode;

use crate::{
    auth::{Envelope, VerifiedSession},
    http::{
        answer::{self, Answer},
        call::Call,
        problem::{Problem, UNAUTHENTICATED},
        sessions::{Token, token},
    },
    statements::sessions::WhoAmI,
};

#[utoipa::path(post, path = "/v1/sessions/current/refresh",
    responses((status = 200, body = Token)))]
pub(in crate::http) async fn refresh(call: Call, session: VerifiedSession) -> Answer {
    let me = call.app.pool.read(&session, &WhoAmI::new(&session)).await?.pop();
    let me = me.ok_or_else(|| Problem::new(&UNAUTHENTICATED))?;
    let envelope = Envelope {
        secret: session.secret(),
        session_id: me.session_id,
        user_id: me.user_id,
        tenant_id: session.tenant_id(),
        // As it is now, not as it was at login.
        role: me.role,
    };
    answer::json(StatusCode::OK, &token(&call.app, &envelope, me.expires_at)?)
}
