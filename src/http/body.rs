//! Reading a body: JSON only, within its limit.

use std::error::Error;

use futures_util::StreamExt;
use http::{HeaderMap, header};
use http_body_util::LengthLimitError;
use serde_json::Value;

use crate::http::{
    call::Call,
    json::{self, Tenant},
    problem::{BAD_REQUEST, Problem, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE},
};

/// Bytes of a body at most.
pub(super) const BODY_MAX: usize = 1 << 20;

impl Call {
    /// Reads the body's bytes, which must be JSON by their media type.
    ///
    /// # Errors
    /// When the media type is another, the body is too large, or it breaks off.
    pub async fn bytes(&mut self) -> Result<Vec<u8>, Problem> {
        if !is_json(&self.headers) {
            return Err(Problem::new(&UNSUPPORTED_MEDIA_TYPE));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = self.body.next().await {
            let chunk = chunk.map_err(|err| match is_limit(&err) {
                true => Problem::new(&TOO_LARGE),
                false => Problem::new(&BAD_REQUEST),
            })?;
            if BODY_MAX < bytes.len() + chunk.len() {
                return Err(Problem::new(&TOO_LARGE));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Reads the body as JSON that names no tenant.
    ///
    /// # Errors
    /// As [`Call::bytes`], and when it is not such JSON.
    pub async fn json(&mut self) -> Result<Value, Problem> {
        json::parse(&self.bytes().await?, Tenant::Never)
    }
}

/// One `application/json`, with no parameter but `charset=utf-8`, and not encoded.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(text) = value.to_str() else { return false };
    let mut parts = text.split(';').map(|it| it.trim().to_ascii_lowercase());
    let plain = !headers.contains_key(header::CONTENT_ENCODING);
    plain
        && parts.next().as_deref() == Some("application/json")
        && parts.all(|it| matches!(it.as_str(), "" | "charset=utf-8" | "charset=\"utf-8\""))
}

pub(super) fn is_limit(err: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(err);
    while let Some(it) = cause {
        if it.is::<LengthLimitError>() {
            return true;
        }
        cause = it.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::is_json;

    #[test]
    fn json_is_said_to_be_json() {
        let says = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            is_json(&headers)
        };
        assert!(says(&[("content-type", "application/json")]));
        assert!(says(&[("content-type", "Application/JSON; charset=UTF-8")]));
        assert!(!says(&[]));
        assert!(!says(&[("content-type", "text/plain")]));
        assert!(!says(&[("content-type", "application/json; charset=shift_jis")]));
        assert!(!says(&[("content-type", "application/json"), ("content-type", "text/plain")]));
        assert!(!says(&[("content-type", "application/json"), ("content-encoding", "gzip")]));
    }
}
