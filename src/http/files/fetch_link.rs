//! `GET /d/{id}`: the file behind a link.

use http::header;

use crate::{
    export::FetchError,
    http::{answer::Answer, call::Call, files::transfer},
};

#[utoipa::path(get, path = "/d/{id}",
    params(("id" = String, Path, description = "The secret of a link."),
        ("Range" = Option<String>, Header, description = "One range of bytes."),
        ("Authorization" = Option<String>, Header,
            description = "The bearer token of the session that a link is bound to.")),
    responses((status = 200, description = "The file.", content_type = "application/octet-stream",
        body = Vec<u8>),
        (status = 206, description = "A part of it.", content_type = "application/octet-stream",
        body = Vec<u8>),
        (status = 409, description = "`range-delivered`: some of these bytes went to their end with this link; `remaining` has the ranges that did not. `link-busy`: a transfer is under way.",
        content_type = "application/problem+json"),
        (status = 410, description = "`link-spent`, `link-expired` or `recalled`.",
        content_type = "application/problem+json")))]
pub(in crate::http) async fn fetch_link(call: Call, token: String) -> Answer {
    // A link needs no session; but a token that is shown must be a good one.
    let session = match call.headers.contains_key(header::AUTHORIZATION) {
        true => Some(call.app.callers.verify(&call.app.keys, &call.headers, call.app.now())?),
        false => None,
    };
    let wanted = transfer::wanted(&call.headers)?;
    // What cannot be a secret of ours is not asked for.
    let like_ours = token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit());
    let fetched = match like_ours {
        true => call.app.exporter.fetch_link(&token, session.as_ref(), wanted).await,
        false => Err(FetchError::NotFound),
    };
    transfer::count(&call.app.metrics, &fetched);
    Ok(transfer::answer(&call.app.exporter, fetched?))
}
