//! Login sessions: opened, listed, refreshed, ended.

pub(super) mod end;
pub(super) mod end_current;
pub(super) mod list;
pub(super) mod open;
pub(super) mod refresh;

use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;
use warp::{Filter, filters::BoxedFilter};

use crate::{
    auth::{Envelope, TOKEN_SECONDS},
    http::{
        answer::{Response, moment},
        app::App,
        call::{self, open, sealed},
        problem::Problem,
    },
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let all = warp::path!("v1" / "sessions");
    let current = warp::path!("v1" / "sessions" / "current");
    let fresh = warp::path!("v1" / "sessions" / "current" / "refresh");
    let one = warp::path!("v1" / "sessions" / String);
    let login = all.and(warp::post()).and(arrival.clone()).then(|it| open(it, open::open));
    let list = all.and(warp::get()).and(arrival.clone()).then(|it| sealed(it, list::list));
    let end_current = current
        .and(warp::delete())
        .and(arrival.clone())
        .then(|it| sealed(it, end_current::end_current));
    let refresh =
        fresh.and(warp::post()).and(arrival.clone()).then(|it| sealed(it, refresh::refresh));
    let end = one
        .and(warp::delete())
        .and(arrival)
        .then(|id: String, it| sealed(it, move |call, session| end::end(call, session, id)));
    login.or(list).unify().or(end_current).unify().or(refresh).unify().or(end).unify().boxed()
}

/// A token, and how long it lives.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    /// Goes into `Authorization: Bearer`.
    token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// Seconds until it ends. Refresh it before.
    expires_in: i64,
    /// The session it stands for.
    session: SessionFacts,
}

/// A session.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionFacts {
    /// Its id.
    id: Uuid,
    /// When it ends at the latest.
    expires_at: String,
}

/// Signs a token for a session. It never outlives the session by more than the clocks differ.
fn token(app: &App, envelope: &Envelope<'_>, ends: OffsetDateTime) -> Result<Token, Problem> {
    let now = app.now().unix_timestamp();
    Ok(Token {
        token: app.keys.sign(envelope, now)?,
        token_type: "Bearer",
        expires_in: TOKEN_SECONDS.min(ends.unix_timestamp() - now).max(0),
        session: SessionFacts { id: envelope.session_id, expires_at: moment(ends) },
    })
}
