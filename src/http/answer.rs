//! Answers: what a handler gives back.

use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use warp::Reply;

use crate::http::problem::{INTERNAL, Problem};

/// An answer on its way out.
pub(super) type Response = warp::reply::Response;

/// What a handler gives back. It never rejects.
pub(super) type Answer = Result<Response, Problem>;

/// A JSON answer.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    let bytes = serde_json::to_vec(body).map_err(|err| Problem::new(&INTERNAL).because(err))?;
    Ok(text(status, "application/json", bytes))
}

/// An answer of ready bytes.
pub(super) fn text(status: StatusCode, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// An answer without a body.
pub(super) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Adds a header whose value is made of our own ASCII.
pub(super) fn set(response: &mut Response, name: http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A moment as the API writes it: UTC, RFC 3339.
pub(super) fn moment(at: OffsetDateTime) -> String {
    // Fails only for years that no clock shows.
    at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

/// A day as the API writes it: `YYYY-MM-DD`.
pub(super) fn day(date: time::Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}
