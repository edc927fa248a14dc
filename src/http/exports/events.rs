//! `GET /v1/exports/{id}/events`: where an export stands, as server-sent events, until it has ended.
//!
//! An event tells where the export stands, not each step of it: the audit chain has those. Its id is the place in the
//! chain of the event that brought the export into its state, and the pages that are done.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, header};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::{sync::mpsc, time::Instant};
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;
use warp::Reply;

use crate::{
    auth::VerifiedSession,
    domain::ExportId,
    export::{Mark, Watch},
    http::{
        answer::{Answer, no_content, set},
        app::App,
        call::Call,
        exports::event_token,
        problem::{BAD_PARAMETER, Fault, NOT_ACCEPTABLE, Problem, WATCH_FULL, WATCH_QUOTA},
        watchers::{Full, Place},
    },
    statements::export_life::Progress,
    wall,
};

/// After so long without an event a comment is sent: whoever is in between keeps the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long the database may be away before a stream ends.
const AWAY_MAX: Duration = Duration::from_secs(30);

type Sender = mpsc::Sender<Result<Bytes, Infallible>>;

#[utoipa::path(get, path = "/v1/exports/{id}/events",
    params(
        ("id" = Uuid, Path, description = "The export."),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen."),
    ),
    responses(
        (status = 200, description = "Events until the export has ended.",
            content_type = "text/event-stream", body = String),
        (status = 204, description = "It has ended, and its last event was seen."),
    ))]
pub(in crate::http) async fn events(call: Call, session: VerifiedSession, id: String) -> Answer {
    if !accepts(&call.headers) {
        return Err(Problem::new(&NOT_ACCEPTABLE));
    }
    let seen = seen(&call.headers)?;
    if let Some(token) = call.params.get("et") {
        event_token::spend(&call.app, &session, token).await?;
    }
    let place = call.app.watchers.take(session.tenant_id()).map_err(|full| match full {
        Full::Tenant => Problem::new(&WATCH_QUOTA),
        Full::All => Problem::new(&WATCH_FULL),
    })?;
    let id = ExportId(Uuid::parse_str(&id).unwrap_or(Uuid::nil()));
    let watch = call.app.exporter.watch(&session, id, seen).await?;
    if watch.is_over() {
        return Ok(no_content());
    }
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(send(call.app.clone(), watch, id, sender, place));
    let mut response = warp::reply::stream(ReceiverStream::new(receiver)).into_response();
    set(&mut response, header::CONTENT_TYPE, "text/event-stream");
    // Proxies that collect an answer before they pass it on would hold every event back.
    set(&mut response, HeaderName::from_static("x-accel-buffering"), "no");
    Ok(response)
}

/// Sends events until the export, the session, the client or the service ends.
async fn send(app: App, mut watch: Watch, id: ExportId, sender: Sender, _place: Place) {
    let mut away: Option<Instant> = None;
    if !tell(&sender, "retry: 2000\n\n".to_owned()).await {
        return;
    }
    loop {
        let next = tokio::select! {
            next = beating(&mut watch, &sender) => next,
            () = sender.closed() => return,
            () = app.closing() => {
                tell(&sender, closed("closing")).await;
                return;
            }
        };
        match next {
            Ok(Some((mark, progress))) => {
                away = None;
                if !tell(&sender, event(id, mark, &progress, app.now())).await {
                    return;
                }
            }
            Ok(None) => return,
            Err(wall::Error::Unavailable | wall::Error::Cancelled { .. })
                if away.is_none_or(|it| it.elapsed() < AWAY_MAX) =>
            {
                away.get_or_insert_with(Instant::now);
            }
            Err(err) => {
                tell(&sender, closed(Problem::from(err).code())).await;
                return;
            }
        }
    }
}

/// Waits for something new, and sends comments meanwhile.
async fn beating(
    watch: &mut Watch,
    sender: &Sender,
) -> Result<Option<(Mark, Progress)>, wall::Error> {
    let next = watch.next();
    tokio::pin!(next);
    loop {
        tokio::select! {
            next = &mut next => return next,
            () = tokio::time::sleep(HEARTBEAT) => {
                // Whoever is gone is noticed by the caller.
                tell(sender, ": still here\n\n".to_owned()).await;
            }
        }
    }
}

/// False when nobody is there to take it.
async fn tell(sender: &Sender, text: String) -> bool {
    let sent = tokio::time::timeout(AWAY_MAX, sender.send(Ok(text.into()))).await;
    matches!(sent, Ok(Ok(())))
}

/// Why a stream ends before its export has: a problem's code.
fn closed(code: &str) -> String {
    format!("event: closed\ndata: {}\n\n", json!({"code": code}))
}

/// One event: `progress` on the way, and the name of the state at the end.
fn event(id: ExportId, mark: Mark, progress: &Progress, now: OffsetDateTime) -> String {
    let state = progress.state.as_str();
    let name = if progress.state.is_under_way() { "progress" } else { state };
    let mut data = json!({
        "export": id.0,
        "state": state,
        "pages_done": progress.pages_done,
        "pages_total": progress.pages_total,
        "rows_done": progress.rows_done,
        "rows_counted": progress.counted_rows,
        "cancel_at_page": progress.cancel_at_page,
        "eta_s": eta_s(progress, now),
    });
    if let Some(failure) = &progress.failure {
        data["failure"] = Value::from(failure.as_str());
    }
    format!("event: {name}\nid: {mark}\ndata: {data}\n\n")
}

/// Seconds until the last page, at the speed until now.
fn eta_s(progress: &Progress, now: OffsetDateTime) -> Option<i64> {
    let (started, total) = (progress.started_at?, progress.pages_total?);
    let (done, left) = (i64::from(progress.pages_done), i64::from(total - progress.pages_done));
    let under_way = progress.state.is_under_way() && 0 < done;
    under_way.then(|| (now - started).whole_seconds().max(0) * left / done)
}

fn seen(headers: &HeaderMap) -> Result<Option<Mark>, Problem> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    // What a browser sends that has seen no id yet.
    if text.is_empty() {
        return Ok(None);
    }
    let fault = Fault::name("Last-Event-ID", "must be the id of an event of ours");
    text.parse().map(Some).map_err(|()| Problem::new(&BAD_PARAMETER).at([fault]))
}

/// No Accept is any; a quality of zero is a no.
fn accepts(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::ACCEPT).iter().peekable();
    values.peek().is_none()
        || values.filter_map(|it| it.to_str().ok()).flat_map(|it| it.split(',')).any(|it| {
            let (kind, quality) = it.split_once(';').unwrap_or((it, ""));
            let kind = kind.trim().to_ascii_lowercase();
            let no = quality.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
            !no && ["*/*", "text/*", "text/event-stream"].contains(&kind.as_str())
        })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::ACCEPT};

    use super::accepts;

    #[test]
    fn events_are_sent_to_those_who_take_them() {
        let of = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(text));
            accepts(&headers)
        };
        assert!(accepts(&HeaderMap::new()));
        for yes in ["*/*", "text/event-stream", "text/html, text/*;q=0.5", "Text/Event-Stream"] {
            assert!(of(yes), "{yes}");
        }
        for no in ["application/json", "text/html", "text/event-stream;q=0"] {
            assert!(!of(no), "{no}");
        }
    }
}
