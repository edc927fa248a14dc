//! Reading a file: as the body itself, or as the one part of a form; while it arrives, within its limit.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, header};
use multer::{Constraints, Multipart, SizeLimit};
use sha2::{Digest, Sha256};

use crate::{
    http::{
        body::is_limit,
        call::Call,
        places::Place,
        problem::{
            BAD_PARAMETER, BAD_REQUEST, FILE_TOO_LARGE, Fault, INTERNAL, Problem,
            UNSUPPORTED_FILE_TYPE,
        },
    },
    intake::{FILE_BYTES_MAX, Intake, Refusal},
};

/// What a form adds around its file, at most.
const FORM_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a body with a file in it, at most.
pub(super) const UPLOAD_MAX: usize = FILE_BYTES_MAX + FORM_BYTES_MAX;

/// The part of a form that holds the file.
const PART: &str = "file";

/// Media types of a body that is a file itself.
const PLAIN: &[&str] = &["text/csv", "text/plain", "application/octet-stream"];

/// Bytes that are read in one go off the request's thread. A file is never held: this much of it is.
const PIECE: usize = 64 * 1024;

/// A file that was read to its end.
pub(super) struct Taken<R> {
    /// SHA-256 of all its bytes.
    pub sha256: [u8; 32],
    /// How many they were.
    pub bytes: usize,
    /// What they say.
    pub reading: R,
}

impl Call {
    /// Reads the file of a request while it arrives. Its place is held to the end of that, also when the caller has
    /// left. Nothing of the database is held meanwhile: a slow sender costs a socket.
    ///
    /// # Errors
    /// When the media type is another, the file is too large, at the first byte or row that is too much, or the body
    /// breaks off.
    pub async fn take_in<I: Intake>(
        &mut self,
        intake: I,
        place: Arc<Place>,
    ) -> Result<Taken<I::Reading>, Problem> {
        let body = std::mem::replace(&mut self.body, Box::pin(stream::empty()));
        let work = Work { intake, hash: Sha256::new(), bytes: 0, place };
        let work = match kind(&self.headers).ok_or_else(|| Problem::new(&UNSUPPORTED_FILE_TYPE))? {
            Kind::Plain => {
                let chunks = body.map(|it| it.map_err(|err| broken(&err)));
                gather(chunks, work).await?
            }
            Kind::Form(boundary) => form(body, boundary, work).await?,
        };
        off(work, |it| {
            let reading = it.intake.finish()?;
            Ok(Taken { sha256: it.hash.finalize().into(), bytes: it.bytes, reading })
        })
        .await
    }
}

/// A file under way.
struct Work<I> {
    intake: I,
    hash: Sha256,
    bytes: usize,
    place: Arc<Place>,
}

/// Works off the request's thread: 20 MiB take a while.
async fn off<I: Intake, T: Send + 'static>(
    work: Work<I>,
    job: impl FnOnce(Work<I>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Problem> {
    let place = work.place.clone();
    let done = tokio::task::spawn_blocking(move || {
        let done = job(work);
        drop(place);
        done
    });
    Ok(done.await.map_err(|err| Problem::new(&INTERNAL).because(err))??)
}

async fn form<I: Intake>(
    body: impl stream::Stream<Item = Result<Bytes, warp::Error>> + Send + 'static,
    boundary: String,
    work: Work<I>,
) -> Result<Work<I>, Problem> {
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
    let work = gather(part.map(|it| it.map_err(failed)), work).await?;
    match form.next_field().await.map_err(failed)? {
        None => Ok(work),
        Some(_) => Err(one()),
    }
}

/// Reads chunks as they come, several at once when they are small, until there are too many.
async fn gather<I: Intake>(
    chunks: impl stream::Stream<Item = Result<Bytes, Problem>>,
    mut work: Work<I>,
) -> Result<Work<I>, Problem> {
    let mut chunks = std::pin::pin!(chunks);
    let (mut waiting, mut size) = (Vec::new(), 0);
    loop {
        let chunk = chunks.next().await.transpose()?;
        let last = chunk.is_none();
        if let Some(chunk) = chunk {
            size += chunk.len();
            if FILE_BYTES_MAX < work.bytes + size {
                return Err(Problem::new(&FILE_TOO_LARGE));
            }
            waiting.push(chunk);
        }
        if last || PIECE <= size {
            size = 0;
            work = read(work, std::mem::take(&mut waiting)).await?;
        }
        if last {
            return Ok(work);
        }
    }
}

async fn read<I: Intake>(work: Work<I>, chunks: Vec<Bytes>) -> Result<Work<I>, Problem> {
    if chunks.is_empty() {
        return Ok(work);
    }
    off(work, move |mut it| {
        for chunk in chunks {
            it.hash.update(&chunk);
            it.bytes += chunk.len();
            it.intake.take(&chunk)?;
        }
        Ok(it)
    })
    .await
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
