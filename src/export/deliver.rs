//! A released file on its way out: decrypted chunk by chunk, and broken off when it may not go on.

use std::{fmt, ops::Range, sync::Arc, time::Duration};

use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};

use crate::{
    domain::{ExportId, ReportKind, TenantId},
    export::{
        Store, StoreError,
        store::{BadFile, CHUNK_BYTES, Kept},
    },
    report,
    statements::deliveries::{EndFetch, FetchTicket},
    wall::{self, Pool},
};

/// How long the end of a fetch is told again while the database cannot be reached: as long as any link lives.
const TELLING_MAX: Duration = Duration::from_secs(900);

/// The pause before it is told again, twice as long each time, up to the second.
const PAUSE: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// A part of a released file, or all of it.
#[derive(Debug)]
pub struct Delivery {
    /// Its export.
    pub id: ExportId,
    /// Which bytes.
    pub range: Range<u64>,
    /// How many the whole file has.
    pub bytes: u64,
    /// SHA-256 of the whole file, as it was checked.
    pub sha256: [u8; 32],
    /// Which report it is.
    pub report: ReportKind,
    media_type: &'static str,
    pub(super) ticket: Option<EndTicket>,
    source: Source,
    next: u64,
    /// Of a whole file only: a part has no digest of its own.
    hash: Option<Sha256>,
}

/// What the database says of a released file.
pub(super) struct Released {
    pub tenant: TenantId,
    pub id: ExportId,
    pub report: ReportKind,
    pub media_type: &'static str,
    pub bytes: u64,
    pub sha256: [u8; 32],
}

/// Tells the end of a delivery. One that is dropped unused tells that it was not complete: whoever asked has left
/// before the first byte.
pub(super) struct EndTicket {
    pool: Pool,
    ticket: Option<FetchTicket>,
}

impl EndTicket {
    pub(super) fn new(pool: &Pool, ticket: FetchTicket) -> EndTicket {
        EndTicket { pool: pool.clone(), ticket: Some(ticket) }
    }

    /// Where the end cannot be told now it is told again for a quarter of an hour. Where it never is, the ledger keeps
    /// the fetch as one that may have been complete, and a link stays in use until it expires.
    /// `sent`: how many bytes were handed out.
    pub(super) async fn tell(mut self, id: ExportId, complete: bool, sent: u64) {
        if let Some(ticket) = self.ticket.take() {
            tell_end(&self.pool, ticket, id, (complete, sent)).await;
        }
    }
}

impl fmt::Debug for EndTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndTicket")
    }
}

/// Tells it, and goes on telling it in its own time when the database is away. A ticket works once: to tell again what
/// was heard, and whose answer was lost, changes nothing.
async fn tell_end(pool: &Pool, ticket: FetchTicket, id: ExportId, (complete, sent): (bool, u64)) {
    let end = EndFetch::new(ticket, complete, i64::try_from(sent).unwrap_or(i64::MAX));
    let not_told = move |err: wall::Error| {
        tracing::warn!(export = %id.0, error = %err, "the end of a fetch was not told");
    };
    match pool.call(&end).await {
        Ok(_) => {}
        Err(wall::Error::Unavailable) => {
            tracing::warn!(export = %id.0, "the database is away: the end of a fetch is told again");
            let pool = pool.clone();
            tokio::spawn(async move {
                let give_up = Instant::now() + TELLING_MAX;
                let mut pause = PAUSE;
                loop {
                    sleep(pause).await;
                    pause = PAUSE_MAX.min(2 * pause);
                    match pool.call(&end).await {
                        Ok(_) => return,
                        Err(wall::Error::Unavailable) if Instant::now() < give_up => {}
                        Err(err) => return not_told(err),
                    }
                }
            });
        }
        Err(err) => not_told(err),
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        let end = self.ticket.as_mut().and_then(|it| Some((it.pool.clone(), it.ticket.take()?)));
        // A runtime that shuts down has nobody left to tell it.
        if let (Some((pool, ticket)), Ok(runtime)) = (end, tokio::runtime::Handle::try_current()) {
            let (id, sent) = (self.id, self.sent());
            runtime.spawn(async move { tell_end(&pool, ticket, id, (false, sent)).await });
        }
    }
}

struct Source {
    kept: Arc<Kept>,
    store: Store,
}

/// Why a delivery was broken off.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It was called back, or its time ended.
    #[error("the file was withdrawn while it was sent")]
    Withdrawn,
    /// The stored file cannot be read, or was changed.
    #[error(transparent)]
    Bad(#[from] BadFile),
    /// The bytes are not those that were checked.
    #[error("a released file is not the one that was checked")]
    Changed,
    /// A thread died.
    #[error("a thread died")]
    Thread,
}

impl Delivery {
    /// Opens a stored file for a range of it. Nothing is sent before the fetch has a ticket.
    ///
    /// # Errors
    /// When the file or its key is not there, or is another one.
    pub(super) async fn open(
        store: &Store,
        file: &Released,
        range: Range<u64>,
    ) -> Result<Delivery, StoreError> {
        let (opening, tenant, id, sha256) = (store.clone(), file.tenant, file.id, file.sha256);
        let bytes = file.bytes;
        let opened =
            tokio::task::spawn_blocking(move || opening.open(tenant, id, bytes, &sha256)).await;
        let kept = opened.map_err(std::io::Error::other)??;
        Ok(Delivery {
            id,
            bytes,
            sha256: file.sha256,
            report: file.report,
            media_type: file.media_type,
            ticket: None,
            source: Source { kept: Arc::new(kept), store: store.clone() },
            next: range.start,
            hash: (range == (0..bytes)).then(Sha256::new),
            range,
        })
    }

    /// The media type of the file.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// What to call the file: `shikiri-slip-list-<id>.pdf`.
    pub fn name(&self) -> String {
        let report = report::of(self.report);
        let name = report.kind.as_str().replace('_', "-");
        format!("shikiri-{name}-{}.{}", self.id.0, report.extension)
    }

    /// Whether it is the whole file.
    pub fn is_whole(&self) -> bool {
        self.range == (0..self.bytes)
    }

    /// Whether every byte was handed out by [`Delivery::next`].
    pub fn is_over(&self) -> bool {
        self.next == self.range.end
    }

    /// How many bytes were handed out by [`Delivery::next`]: no more than these have left.
    pub(super) fn sent(&self) -> u64 {
        self.next - self.range.start
    }

    /// The next bytes; none at the end. The last ones of a whole file are held back until its SHA-256 is the one
    /// that was checked.
    ///
    /// # Errors
    /// When the rest may not or cannot be sent.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        if self.is_over() && 0 < self.bytes {
            return Ok(None);
        }
        // Also between two chunks: a file that is called back stops where it is.
        let (store, kept) = (self.source.store.clone(), self.source.kept.clone());
        let place = u32::try_from(self.next / CHUNK_BYTES as u64).map_err(|_| BadFile::Another)?;
        let read = move || {
            if !store.is_readable(kept.name) {
                return Err(Broken::Withdrawn);
            }
            Ok(kept.reader.chunk(place)?)
        };
        let mut chunk = tokio::task::spawn_blocking(read).await.map_err(|_| Broken::Thread)??;
        let start = u64::from(place) * CHUNK_BYTES as u64;
        let end = self.range.end.min(start + chunk.len() as u64);
        // Both are inside the chunk, which has 64 KiB at most.
        chunk.truncate((end - start) as usize);
        chunk.drain(..(self.next - start) as usize);
        self.next = end;
        if let Some(hash) = &mut self.hash {
            hash.update(&chunk);
            let last = end == self.range.end;
            if last && <[u8; 32]>::from(hash.clone().finalize()) != self.sha256 {
                return Err(Broken::Changed);
            }
        }
        Ok(Some(chunk))
    }

    /// Everything that is left, in memory: for files that are known to be small.
    ///
    /// # Errors
    /// As [`Delivery::next`].
    pub async fn read_to_end(&mut self, bytes: &mut Vec<u8>) -> Result<(), Broken> {
        while let Some(chunk) = self.next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(())
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source")
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use sha2::{Digest, Sha256};

    use super::{Broken, Delivery, Released};
    use crate::{
        domain::{ExportId, ReportKind, TenantId},
        export::{Store, store::FileName},
    };

    const TENANT: TenantId = TenantId(7);

    const BYTES: usize = 200_000;

    fn content() -> Vec<u8> {
        (0..BYTES).map(|n| (n * 7 % 253) as u8).collect()
    }

    fn stored(dir: &std::path::Path) -> (Store, ExportId) {
        let store = Store::open_dir(&dir.join("files"), &dir.join("keys")).expect("opens");
        let id = ExportId(uuid::Uuid::now_v7());
        let (part, mut draft) = store.begin(TENANT, id).expect("begins");
        draft.write_all(&content()).expect("writes");
        draft.seal().expect("seals");
        store.keep(part).expect("keeps");
        (store, id)
    }

    async fn delivery(store: &Store, id: ExportId, range: std::ops::Range<u64>) -> Delivery {
        let sha256 = Sha256::digest(content()).into();
        let file = Released {
            tenant: TENANT,
            id,
            report: ReportKind::SlipList,
            media_type: "application/pdf",
            bytes: BYTES as u64,
            sha256,
        };
        Delivery::open(store, &file, range).await.expect("opens")
    }

    #[tokio::test]
    async fn every_range_is_exactly_its_bytes() {
        let dir = tempfile::tempdir().expect("a directory");
        let (store, id) = stored(dir.path());
        for (start, end) in [
            (0, 200_000),
            (0, 1),
            (65_535, 65_537),
            (65_536, 131_072),
            (199_999, 200_000),
            (7, 190_001),
        ] {
            let mut delivery = delivery(&store, id, start..end).await;
            let mut bytes = Vec::new();
            delivery.read_to_end(&mut bytes).await.expect("reads");
            assert!(delivery.is_over());
            assert_eq!(bytes, content()[start as usize..end as usize], "{start}..{end}");
        }
    }

    #[tokio::test]
    async fn a_file_that_is_not_the_checked_one_breaks_off_before_its_end() {
        let dir = tempfile::tempdir().expect("a directory");
        let (store, id) = stored(dir.path());
        let mut delivery = delivery(&store, id, 0..BYTES as u64).await;
        delivery.sha256 = [0; 32];
        let mut bytes = Vec::new();
        assert!(matches!(delivery.read_to_end(&mut bytes).await, Err(Broken::Changed)));
        assert!(bytes.len() < BYTES);
    }

    #[tokio::test]
    async fn a_file_that_is_called_back_stops_where_it_is() {
        let dir = tempfile::tempdir().expect("a directory");
        let (store, id) = stored(dir.path());
        let mut delivery = delivery(&store, id, 0..BYTES as u64).await;
        assert!(delivery.next().await.expect("reads").is_some());
        store.shred(FileName::of(TENANT, id)).expect("shreds");
        assert!(matches!(delivery.next().await, Err(Broken::Withdrawn)));
        assert!(!delivery.is_over());
    }
}
