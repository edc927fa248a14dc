//! Bytes of a released file as an answer: what was asked for, at the pace of the client.

use std::{io, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode, header};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use warp::Reply;

use crate::{
    domain::ByteRange,
    export::Delivery,
    http::{
        answer::{Response, set},
        problem::{Problem, RANGE_NOT_SATISFIABLE},
    },
};

/// How long a client may take to accept one chunk.
const PATIENCE: Duration = Duration::from_secs(30);

/// The bytes that a request wants.
///
/// # Errors
/// When there is a `Range` that is not one range of bytes: it is not ignored, because then all bytes would be sent.
pub(super) fn wanted(headers: &HeaderMap) -> Result<ByteRange, Problem> {
    let mut values = headers.get_all(header::RANGE).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(ByteRange::Whole),
        (Some(value), None) => {
            let range = value.to_str().ok().and_then(ByteRange::parse);
            range.ok_or_else(|| Problem::new(&RANGE_NOT_SATISFIABLE))
        }
        (Some(_), Some(_)) => Err(Problem::new(&RANGE_NOT_SATISFIABLE)),
    }
}

/// Begins to send.
pub(super) fn answer(delivery: Delivery) -> Response {
    let (sender, receiver) = mpsc::channel(1);
    let (range, bytes) = (delivery.range.clone(), delivery.bytes);
    let (whole, sha256) = (delivery.is_whole(), delivery.sha256);
    let name = format!("attachment; filename=\"{}\"", delivery.name);
    let media_type = delivery.media_type;
    tokio::spawn(send(delivery, sender));
    let mut response = warp::reply::stream(ReceiverStream::new(receiver)).into_response();
    set(&mut response, header::CONTENT_TYPE, media_type);
    set(&mut response, header::CONTENT_LENGTH, &(range.end - range.start).to_string());
    set(&mut response, header::CONTENT_DISPOSITION, &name);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    // RFC 9530: of these bytes, and of the whole file.
    let digest = format!("sha-256=:{}:", STANDARD.encode(sha256));
    set(&mut response, HeaderName::from_static("repr-digest"), &digest);
    if whole {
        set(&mut response, HeaderName::from_static("content-digest"), &digest);
    } else {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let range = format!("bytes {}-{}/{bytes}", range.start, range.end - 1);
        set(&mut response, header::CONTENT_RANGE, &range);
    }
    response
}

/// Sends until the end, or until it must not or cannot go on: then its reader sees fewer bytes than were announced.
async fn send(mut delivery: Delivery, sender: mpsc::Sender<Result<Bytes, io::Error>>) {
    loop {
        let chunk = match delivery.next().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return,
            Err(err) => {
                tracing::error!(export = %delivery.id.0, error = %err, "a delivery was broken off");
                drop(sender.send(Err(io::Error::other("broken off"))).await);
                return;
            }
        };
        let sent = tokio::time::timeout(PATIENCE, sender.send(Ok(chunk.into()))).await;
        if !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::RANGE};

    use super::wanted;
    use crate::domain::ByteRange;

    #[test]
    fn a_range_that_is_not_understood_is_refused_and_not_all() {
        let read = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(RANGE, HeaderValue::from_static(value));
            }
            wanted(&headers).map_err(|it| it.slug())
        };
        assert_eq!(read(&[]), Ok(ByteRange::Whole));
        assert_eq!(read(&["bytes=0-4"]), Ok(ByteRange::FromTo(0, 4)));
        assert_eq!(read(&["bytes=0-1,3-4"]), Err("range-not-satisfiable"));
        assert_eq!(read(&["bytes=0-1", "bytes=3-4"]), Err("range-not-satisfiable"));
    }
}
