//! Bytes of a released file as an answer: what was asked for, at the pace of the client.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures_util::StreamExt;
use http::{HeaderMap, HeaderName, StatusCode, header};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use warp::Reply;

use crate::{
    domain::ByteRange,
    export::{Delivery, Exporter, FetchError},
    http::{
        answer::{Response, set},
        metrics::Metrics,
        problem::{Problem, RANGE_NOT_SATISFIABLE},
    },
};

/// How long a client may take to accept one chunk.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a whole transfer may take: as long as a link is good at most.
const TRANSFER_MAX: Duration = Duration::from_secs(900);

/// The bytes that a request wants.
///
/// # Errors
/// When there is a `Range` that is not one range of bytes: it is not ignored, because then all bytes would be sent.
pub(in crate::http) fn wanted(headers: &HeaderMap) -> Result<ByteRange, Problem> {
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

/// Counts how a fetch began.
pub(in crate::http) fn count(metrics: &Metrics, fetched: &Result<Delivery, FetchError>) {
    metrics.fetch(match fetched {
        Ok(_) => "fetched",
        Err(FetchError::NotFound) => "not_found",
        Err(FetchError::NotReady(_)) => "not_ready",
        Err(FetchError::Withdrawn(_)) => "withdrawn",
        Err(FetchError::Gone) => "gone",
        Err(FetchError::Range { .. }) => "range",
        Err(FetchError::Quota) => "quota",
        Err(
            FetchError::LinkSpent
            | FetchError::LinkDelivered { .. }
            | FetchError::LinkExpired
            | FetchError::LinkBusy,
        ) => "link_over",
        Err(FetchError::Db(_)) => "failed",
    });
}

/// Begins to send.
pub(in crate::http) fn answer(exporter: &Exporter, delivery: Delivery) -> Response {
    let (sender, receiver) = mpsc::channel(1);
    let (range, bytes) = (delivery.range.clone(), delivery.bytes);
    let (whole, sha256) = (delivery.is_whole(), delivery.sha256);
    let (id, media_type, name) = (delivery.id, delivery.media_type(), delivery.name());
    let taken = Arc::new(AtomicU64::new(0));
    tokio::spawn(send(exporter.clone(), delivery, sender, taken.clone()));
    let count = move |_: &Result<Bytes, io::Error>| {
        taken.fetch_add(1, Ordering::SeqCst);
    };
    let stream = ReceiverStream::new(receiver).inspect(count);
    let mut response = warp::reply::stream(stream).into_response();
    let name = format!("attachment; filename=\"{name}\"");
    set(&mut response, header::CONTENT_TYPE, media_type);
    set(&mut response, header::CONTENT_LENGTH, &(range.end - range.start).to_string());
    set(&mut response, header::CONTENT_DISPOSITION, &name);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    let certificate = format!("/v1/exports/{}/certificate", id.0);
    set(&mut response, HeaderName::from_static("shikiri-certificate"), &certificate);
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

type Sender = mpsc::Sender<Result<Bytes, io::Error>>;

/// Sends until the end, or until it must not or cannot go on, and tells the end.
async fn send(exporter: Exporter, mut delivery: Delivery, sender: Sender, taken: Arc<AtomicU64>) {
    let sending = tokio::time::timeout(TRANSFER_MAX, pump(&mut delivery, &sender, &taken));
    let complete = sending.await.unwrap_or(false);
    drop(sender);
    exporter.end_delivery(delivery, complete).await;
}

/// Sends chunk by chunk. True when the connection took the last one. Broken off, a reader sees fewer bytes than were
/// announced.
async fn pump(delivery: &mut Delivery, sender: &Sender, taken: &AtomicU64) -> bool {
    let mut sent = 0;
    loop {
        let chunk = match delivery.next().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(err) => {
                tracing::error!(export = %delivery.id.0, error = %err, "a delivery was broken off");
                drop(sender.send(Err(io::Error::other("broken off"))).await);
                return false;
            }
        };
        let accepted = tokio::time::timeout(PATIENCE, sender.send(Ok(chunk.into()))).await;
        if !matches!(accepted, Ok(Ok(()))) {
            return false;
        }
        sent += 1;
    }
    // There is room for one chunk: room again, or nobody who listens, and it is known whether the last one was taken.
    drop(tokio::time::timeout(PATIENCE, sender.reserve()).await);
    taken.load(Ordering::SeqCst) == sent
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
