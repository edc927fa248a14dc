//! `GET /.well-known/jwks.json`: the public keys of certificates, with the time each was at work.

use http::StatusCode;

use crate::http::{
    answer::{self, Answer},
    call::Call,
};

#[utoipa::path(get, path = "/.well-known/jwks.json",
    responses((status = 200, description = "A JWK set (RFC 7517, RFC 8037).", body = Object)))]
pub(in crate::http) async fn jwks(call: Call) -> Answer {
    let exporter = call.app.exporter.clone();
    let keys = tokio::task::spawn_blocking(move || exporter.published_keys()).await;
    let keys = keys.unwrap_or(Err(crate::auth::Error::NoKey))?;
    answer::json(StatusCode::OK, &keys)
}
