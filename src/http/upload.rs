//! Reading a file: as the body itself, or as the one part of a form; chunk by chunk, within its limit.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, header};
use multer::{Constraints, Multipart, SizeLimit};

use crate::{
    http::{
        body::is_limit,
        call::Call,
        problem::{
            BAD_PARAMETER, BAD_REQUEST, FILE_TOO_LARGE, Fault, Problem, UNSUPPORTED_FILE_TYPE,
        },
    },
    intake::{FILE_BYTES_MAX, Refusal},
};

/// What a form adds around its file, at most.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a body with a file in it, at most.
pub(super) const UPLOAD_MAX: usize = FILE_BYTES_MAX + FORM_BYTES_MAX;

/// The part of a form that holds the file.
const PART: &str = "file";

/// Media types of a body that is a file itself.
const PLAIN: &[&str] = &["text/csv", "text/plain", "application/octet-stream"];

impl Call {
    /// Reads the file of a request into memory.
    ///
    /// # Errors
    /// When the media type is another, the file is too large, or the body breaks off.
    pub async fn file(&mut self) -> Result<Vec<u8>, Problem> {
        let body = std::mem::replace(&mut self.body, Box::pin(stream::empty()));
        match kind(&self.headers).ok_or_else(|| Problem::new(&UNSUPPORTED_FILE_TYPE))? {
            Kind::Plain => {
                let chunks = body.map(|it| it.map_err(|err| broken(&err)));
                gather(chunks).await
            }
            Kind::Form(boundary) => form(body, boundary).await,
        }
    }
}

async fn form(
    body: impl stream::Stream<Item = Result<Bytes, warp::Error>> + Send + 'static,
    boundary: String,
) -> Result<Vec<u8>, Problem> {
    let limits = SizeLimit::new().whole_stream(UPLOAD_MAX as u64);
    let constraints = Constraints::new().allowed_fields(vec![PART]).size_limit(limits);
    let mut form = Multipart::with_constraints(body, boundary, constraints);
    let one = || {
        let fault = Fault::name("file", "must be the one part of the form");
        Problem::new(&BAD_PARAMETER).at([fault])
    };
    let failed = |err: multer::Error| match err {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            Problem::new(&FILE_TOO_LARGE)
        }
        multer::Error::UnknownField { .. } => one(),
        multer::Error::StreamReadFailed(err) => broken(err.as_ref()),
        _ => Problem::new(&BAD_REQUEST),
    };
    let part = form.next_field().await.map_err(failed)?.ok_or_else(one)?;
    let bytes = gather(part.map(|it| it.map_err(failed))).await?;
    match form.next_field().await.map_err(failed)? {
        None => Ok(bytes),
        Some(_) => Err(one()),
    }
}

/// Takes chunks together until there are too many.
async fn gather(
    chunks: impl stream::Stream<Item = Result<Bytes, Problem>>,
) -> Result<Vec<u8>, Problem> {
    let mut chunks = std::pin::pin!(chunks);
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if FILE_BYTES_MAX < bytes.len() + chunk.len() {
            return Err(Problem::new(&FILE_TOO_LARGE));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn broken(err: &(dyn std::error::Error + 'static)) -> Problem {
    Problem::new(if is_limit(err) { &FILE_TOO_LARGE } else { &BAD_REQUEST })
}

/// How a file comes.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Form(String),
}

/// One media type that we take, not encoded. A `charset` is refused: `encoding` says it, once.
fn kind(headers: &HeaderMap) -> Option<Kind> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    if headers.contains_key(header::CONTENT_ENCODING) {
        return None;
    }
    let text = value.to_str().ok()?;
    if PLAIN.contains(&text.trim().to_ascii_lowercase().as_str()) {
        return Some(Kind::Plain);
    }
    multer::parse_boundary(text).ok().map(Kind::Form)
}

impl From<Refusal> for Problem {
    fn from(_: Refusal) -> Problem {
        Problem::new(&FILE_TOO_LARGE)
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::{Kind, kind};

    #[test]
    fn a_file_is_said_to_be_a_file() {
        let says = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            kind(&headers)
        };
        assert_eq!(says(&[("content-type", "Text/CSV")]), Some(Kind::Plain));
        let form = says(&[("content-type", "multipart/form-data; boundary=abc")]);
        assert_eq!(form, Some(Kind::Form("abc".to_owned())));
        for bad in [
            "application/json",
            "text/csv; charset=utf-8",
            "multipart/form-data",
            "multipart/mixed; boundary=a",
        ] {
            assert_eq!(says(&[("content-type", bad)]), None, "{bad}");
        }
        assert_eq!(says(&[]), None);
        assert_eq!(says(&[("content-type", "text/csv"), ("content-encoding", "gzip")]), None);
        assert_eq!(says(&[("content-type", "text/csv"), ("content-type", "text/csv")]), None);
    }
}
