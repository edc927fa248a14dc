//! `GET /v1/sessions`: one's own living sessions, or all of the biller for a tenant-admin.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer, moment},
        call::Call,
    },
    statements::sessions::ListSessions,
};

/// Living sessions.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SessionList {
    /// The oldest first.
    data: Vec<SessionItem>,
}

/// A living session.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SessionItem {
    /// Its id.
    id: Uuid,
    /// Whether it is the caller's own.
    current: bool,
    /// Whose it is.
    user_id: Uuid,
    /// That user's login.
    login: String,
    /// What its client called itself.
    client: String,
    /// Since when.
    opened_at: String,
    /// Until when at the latest.
    expires_at: String,
}

#[utoipa::path(get, path = "/v1/sessions", responses((status = 200, body = SessionList)))]
pub(in crate::http) async fn list(call: Call, session: VerifiedSession) -> Answer {
    let lines = call.app.pool.read(&session, &ListSessions {}).await?;
    let data = lines
        .into_iter()
        .map(|it| SessionItem {
            id: it.session_id,
            current: it.session_id == session.session_id(),
            user_id: it.user_id.0,
            login: it.login,
            client: it.client,
            opened_at: moment(it.opened_at),
            expires_at: moment(it.expires_at),
        })
        .collect();
    answer::json(StatusCode::OK, &SessionList { data })
}
