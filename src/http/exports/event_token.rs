//! `POST /v1/exports/{id}/event-tokens`: a browser's EventSource sends no header, so it gets a token for its URL.
//!
//! The token is the caller's own bearer token, sealed to one export and thirty seconds, and good once. Whoever reads
//! it later in a log has nothing.

use http::StatusCode;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer, moment},
        app::App,
        call::Call,
        caller,
        problem::{NOT_FOUND, Problem, UNAUTHENTICATED},
        seal,
    },
    statements::export_life::{AskProgress, SpendToken},
};

/// Seconds for which a token is good.
const LIFE_S: i64 = 30;
/// Longer than any token of ours.
const CHARS_MAX: usize = 4_096;

/// A token for one event stream.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct EventToken {
    /// For `?et=`, once.
    token: String,
    /// The stream, with the token in it.
    href: String,
    expires_at: String,
}

fn bound(export_id: Uuid) -> Vec<u8> {
    seal::bound(&[b"event-token", export_id.as_bytes()])
}

#[utoipa::path(post, path = "/v1/exports/{id}/event-tokens",
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 201, body = EventToken)))]
pub(in crate::http) async fn event_token(
    call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    let export_id = Uuid::parse_str(&id).unwrap_or(Uuid::nil());
    if call.app.pool.read(&session, &AskProgress { export_id }).await?.is_empty() {
        return Err(Problem::new(&NOT_FOUND));
    }
    let bearer = caller::bearer(&call.headers)?;
    let until = call.app.now() + time::Duration::seconds(LIFE_S);
    let mut plain = until.unix_timestamp().to_be_bytes().to_vec();
    plain.extend_from_slice(bearer.as_bytes());
    let token = seal::seal(call.app.keys.cursor_key(), &bound(export_id), &plain)?;
    let href = format!("/v1/exports/{export_id}/events?et={token}");
    let body = EventToken { token, href, expires_at: moment(until) };
    answer::json(StatusCode::CREATED, &body)
}

/// The session behind a token that was made for this export. It is not spent yet.
///
/// # Errors
/// When it is not ours, or over.
pub(in crate::http) fn open(
    app: &App,
    path: &str,
    token: &str,
) -> Result<VerifiedSession, Problem> {
    let rejected = || Problem::new(&UNAUTHENTICATED);
    let id = path.split('/').nth(3).and_then(|it| Uuid::parse_str(it).ok()).ok_or_else(rejected)?;
    let plain = seal::open(app.keys.cursor_key(), &bound(id), token, CHARS_MAX);
    let plain = plain.ok_or_else(rejected)?;
    let (until, bearer) = plain.split_first_chunk::<8>().ok_or_else(rejected)?;
    if i64::from_be_bytes(*until) <= app.now().unix_timestamp() {
        return Err(rejected());
    }
    let bearer = std::str::from_utf8(bearer).map_err(|_| rejected())?;
    Ok(app.keys.verify(bearer)?)
}

/// Uses a token up.
///
/// # Errors
/// When it was used before, or the database cannot be asked.
pub(in crate::http) async fn spend(
    app: &App,
    session: &VerifiedSession,
    token: &str,
) -> Result<(), Problem> {
    let spend = SpendToken { token_hash: Sha256::digest(token).to_vec() };
    match app.pool.write(session, &spend).await?.pop() {
        Some(true) => Ok(()),
        _ => Err(Problem::new(&UNAUTHENTICATED)),
    }
}
