//! `GET /v1/exports/{id}/file`: the bytes of a released export.

use std::{io, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderName, header};
use sha2::{Digest, Sha256};
use tokio::{fs::File, io::AsyncReadExt, sync::mpsc};
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;
use warp::Reply;

use crate::{
    auth::VerifiedSession,
    domain::ExportId,
    export::{Artefact, FetchError},
    http::{
        answer::{Answer, set},
        call::Call,
    },
};

const CHUNK_BYTES: usize = 64 * 1024;

/// How long a client may take to accept one chunk.
const PATIENCE: Duration = Duration::from_secs(30);

#[utoipa::path(get, path = "/v1/exports/{id}/file",
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 200, description = "The file: PDF, or CSV in the encoding that was ordered.",
        content((Vec<u8> = "application/pdf"), (Vec<u8> = "text/csv")))))]
pub(in crate::http) async fn file(call: Call, session: VerifiedSession, id: String) -> Answer {
    // What is no id is an id that nobody has: the session is asked first either way.
    let id = ExportId(Uuid::parse_str(&id).unwrap_or(Uuid::nil()));
    let fetched = call.app.exporter.artefact(&session, id).await;
    call.app.metrics.fetch(match &fetched {
        Ok(_) => "fetched",
        Err(FetchError::NotFound) => "not_found",
        Err(FetchError::NotReady(_)) => "not_ready",
        Err(FetchError::Gone) => "gone",
        Err(FetchError::Db(_)) => "failed",
    });
    let Artefact { file, bytes, sha256, name, media_type } = fetched?;
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(send(file, bytes, sha256, sender));
    let mut response = warp::reply::stream(ReceiverStream::new(receiver)).into_response();
    let name = format!("attachment; filename=\"{name}\"");
    set(&mut response, header::CONTENT_TYPE, media_type);
    set(&mut response, header::CONTENT_LENGTH, &bytes.to_string());
    set(&mut response, header::CONTENT_DISPOSITION, &name);
    // RFC 9530.
    let digest = format!("sha-256=:{}:", STANDARD.encode(sha256));
    set(&mut response, HeaderName::from_static("content-digest"), &digest);
    Ok(response)
}

/// Sends the bytes while computing their digest. The last chunk waits for it: a file that is not the one
/// that was checked breaks off, and its reader sees fewer bytes than were announced.
async fn send(
    mut file: File,
    bytes: u64,
    sha256: [u8; 32],
    sender: mpsc::Sender<Result<Bytes, io::Error>>,
) {
    let (mut hash, mut left) = (Sha256::new(), bytes);
    loop {
        let chunk = match chunk(&mut file, left).await {
            Ok(chunk) => chunk,
            Err(err) => {
                tracing::error!(%err, "a released file could not be read");
                drop(sender.send(Err(io::Error::other("broken off"))).await);
                return;
            }
        };
        hash.update(&chunk);
        left -= chunk.len() as u64;
        let last = left == 0;
        if last && <[u8; 32]>::from(hash.clone().finalize()) != sha256 {
            tracing::error!("a released file is not the one that was checked");
            drop(sender.send(Err(io::Error::other("broken off"))).await);
            return;
        }
        let sent = tokio::time::timeout(PATIENCE, sender.send(Ok(chunk))).await;
        if last || !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
}

async fn chunk(file: &mut File, left: u64) -> io::Result<Bytes> {
    let size = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
    let mut chunk = vec![0; size];
    file.read_exact(&mut chunk).await?;
    Ok(chunk.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use sha2::{Digest, Sha256};
    use tokio::sync::mpsc;

    use super::send;

    async fn sent(content: &[u8], announced: &[u8]) -> (Vec<u8>, bool) {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(content).expect("writes");
        std::io::Seek::rewind(&mut file).expect("rewinds");
        let (sender, mut receiver) = mpsc::channel(100);
        let sha256 = Sha256::digest(announced).into();
        send(tokio::fs::File::from_std(file), announced.len() as u64, sha256, sender).await;
        let (mut bytes, mut broken) = (Vec::new(), false);
        while let Some(chunk) = receiver.recv().await {
            match chunk {
                Ok(chunk) => bytes.extend_from_slice(&chunk),
                Err(_) => broken = true,
            }
        }
        (bytes, broken)
    }

    #[tokio::test]
    async fn a_file_is_sent_whole() {
        let content: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
        assert_eq!(sent(&content, &content).await, (content, false));
    }

    #[tokio::test]
    async fn a_file_that_is_not_the_checked_one_breaks_off_before_its_end() {
        let announced = vec![7; 150_000];
        let mut changed = announced.clone();
        changed[140_000] = 8;
        let (bytes, broken) = sent(&changed, &announced).await;
        assert!(broken && bytes.len() < announced.len());
        let (bytes, broken) = sent(&announced[..100_000], &announced).await;
        assert!(broken && bytes.len() < announced.len());
    }
}
