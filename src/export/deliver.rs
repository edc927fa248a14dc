//! A released file on its way out: decrypted chunk by chunk, and broken off when it may not go on.

use std::{ops::Range, sync::Arc};

use sha2::{Digest, Sha256};

use crate::{
    domain::ExportId,
    export::{
        Store,
        store::{BadFile, CHUNK_BYTES, Reader},
    },
};

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
    /// What to call it.
    pub name: String,
    /// What it is.
    pub media_type: &'static str,
    source: Source,
    next: u64,
    /// Of a whole file only: a part has no digest of its own.
    hash: Option<Sha256>,
}

struct Source {
    reader: Arc<Reader>,
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
    pub(super) fn new(
        store: Store,
        reader: Reader,
        id: ExportId,
        range: Range<u64>,
        sha256: [u8; 32],
        (name, media_type): (String, &'static str),
    ) -> Delivery {
        let bytes = reader.bytes();
        let hash = (range == (0..bytes)).then(Sha256::new);
        let next = range.start;
        let source = Source { reader: Arc::new(reader), store };
        Delivery { id, range, bytes, sha256, name, media_type, source, next, hash }
    }

    /// Whether it is the whole file.
    pub fn is_whole(&self) -> bool {
        self.range == (0..self.bytes)
    }

    /// Whether every byte was handed out by [`Delivery::next`].
    pub fn is_over(&self) -> bool {
        self.next == self.range.end
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
        let (store, reader, id) = (self.source.store.clone(), self.source.reader.clone(), self.id);
        let place = u32::try_from(self.next / CHUNK_BYTES as u64).map_err(|_| BadFile::Another)?;
        let read = move || {
            if !store.is_readable(id) {
                return Err(Broken::Withdrawn);
            }
            Ok(reader.chunk(place)?)
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

    use super::{Broken, Delivery};
    use crate::{domain::ExportId, export::Store};

    const BYTES: usize = 200_000;

    fn content() -> Vec<u8> {
        (0..BYTES).map(|n| (n * 7 % 253) as u8).collect()
    }

    fn stored(dir: &std::path::Path) -> (Store, ExportId) {
        let store = Store::open_dir(&dir.join("files"), &dir.join("keys")).expect("opens");
        let id = ExportId(uuid::Uuid::now_v7());
        let (part, mut draft) = store.begin(id).expect("begins");
        draft.write_all(&content()).expect("writes");
        draft.seal().expect("seals");
        store.keep(part).expect("keeps");
        (store, id)
    }

    fn delivery(store: &Store, id: ExportId, range: std::ops::Range<u64>) -> Delivery {
        let reader = store.open(id, BYTES as u64).expect("opens");
        let sha256 = Sha256::digest(content()).into();
        Delivery::new(
            store.clone(),
            reader,
            id,
            range,
            sha256,
            ("x.pdf".to_owned(), "application/pdf"),
        )
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
            let mut delivery = delivery(&store, id, start..end);
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
        let mut delivery = delivery(&store, id, 0..BYTES as u64);
        delivery.sha256 = [0; 32];
        let mut bytes = Vec::new();
        assert!(matches!(delivery.read_to_end(&mut bytes).await, Err(Broken::Changed)));
        assert!(bytes.len() < BYTES);
    }

    #[tokio::test]
    async fn a_file_that_is_called_back_stops_where_it_is() {
        let dir = tempfile::tempdir().expect("a directory");
        let (store, id) = stored(dir.path());
        let mut delivery = delivery(&store, id, 0..BYTES as u64);
        assert!(delivery.next().await.expect("reads").is_some());
        store.shred(id).expect("shreds");
        assert!(matches!(delivery.next().await, Err(Broken::Withdrawn)));
        assert!(!delivery.is_over());
    }
}
