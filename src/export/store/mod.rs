//! Where files are kept: encrypted, each under a key of its own that lies in another directory.
//!
//! A file is drawn in a work directory of its process, encrypted as it is written; its key is in memory only.
//! Once it is checked it is moved out, its key is wrapped and kept, and then the database releases it. So at
//! any moment a file of which the database says nothing good is unreadable, or its key is destroyed
//! by the next upkeep. The work directories of processes that died are removed by the next one that starts.

mod keys;
mod stream;

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::domain::ExportId;

pub(crate) use stream::CHUNK_BYTES;
pub use stream::{BadFile, Draft, Reader};

use keys::{FileKey, KeyDir};

/// A directory of artefacts, and one of their keys.
#[derive(Clone)]
pub struct Store {
    root: PathBuf,
    keys: KeyDir,
    work: Arc<Work>,
}

/// The work directory of this process, locked for as long as it lives.
struct Work {
    path: PathBuf,
    _lock: File,
}

/// Why a file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("artefact store: {0}")]
    Io(#[from] io::Error),
    /// The file's key is not there: it was destroyed, or the key directory is another one.
    #[error("artefact store: the file has no key")]
    NoKey,
    /// A key's wrapping key is not there.
    #[error("artefact store: a wrapping key is missing from the key directory")]
    NoWrappingKey,
    /// The file is not the one that was stored.
    #[error("artefact store: {0}")]
    Bad(#[from] BadFile),
}

impl Store {
    /// Opens a store, and removes what dead processes left unreleased in it. The two directories must be apart:
    /// who copies the files must not copy their keys.
    ///
    /// # Errors
    /// When a directory cannot be made or written, or wrapping keys are missing.
    pub fn open_dir(root: &Path, key_dir: &Path) -> Result<Store, StoreError> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(root)?;
        let keys = KeyDir::open(key_dir)?;
        for entry in fs::read_dir(root)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("work-") && is_abandoned(&path)? {
                fs::remove_dir_all(&path)?;
            }
        }
        let path = root.join(format!("work-{}", uuid::Uuid::now_v7()));
        fs::DirBuilder::new().mode(0o700).create(&path)?;
        let lock = private_file(&path.join("lock"))?;
        lock.try_lock().map_err(io::Error::from)?;
        Ok(Store { root: root.to_owned(), keys, work: Arc::new(Work { path, _lock: lock }) })
    }

    /// Begins a file. It vanishes with the value unless it is kept.
    pub(super) fn begin(&self, id: ExportId) -> Result<(Part, Draft), StoreError> {
        let path = self.work.path.join(id.0.to_string());
        let key = FileKey::generate()?;
        let part = Part { id, path, key, kept: false };
        let draft = Draft::new(private_file(&part.path)?, &part.key, id)?;
        Ok((part, draft))
    }

    /// Keeps a sealed file and its key: from now on it can be read, if the database lets anybody.
    pub(super) fn keep(&self, mut part: Part) -> Result<(), StoreError> {
        self.keys.put(part.id, &part.key)?;
        let moved = fs::rename(&part.path, self.path(part.id));
        if let Err(err) = moved.and_then(|()| File::open(&self.root)?.sync_all()) {
            self.keys.destroy(part.id)?;
            return Err(err.into());
        }
        part.kept = true;
        Ok(())
    }

    /// Opens a kept file of the length that was released.
    pub(super) fn open(&self, id: ExportId, bytes: u64) -> Result<Reader, StoreError> {
        let key = self.keys.get(id)?;
        Ok(Reader::open(File::open(self.path(id))?, &key, id, bytes)?)
    }

    /// Whether a file can still be read. A transfer that is under way asks before each chunk.
    pub(super) fn is_readable(&self, id: ExportId) -> bool {
        self.keys.has(id)
    }

    /// Destroys the key of a file: from now on no copy of it opens.
    pub(super) fn destroy_key(&self, id: ExportId) -> Result<(), StoreError> {
        self.keys.destroy(id)
    }

    /// Destroys a file: its key, then its bytes.
    pub(super) fn shred(&self, id: ExportId) -> Result<(), StoreError> {
        self.keys.destroy(id)?;
        match fs::remove_file(self.path(id)) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => {}
            removed => removed?,
        }
        File::open(&self.root)?.sync_all()?;
        Ok(())
    }

    /// Exports of which a file or a key is here.
    pub(super) fn kept(&self) -> Result<BTreeSet<ExportId>, StoreError> {
        let mut ids: BTreeSet<ExportId> = self.keys.names()?.into_iter().collect();
        ids.extend(keys::uuids(&self.root)?.into_iter().map(ExportId));
        Ok(ids)
    }

    fn path(&self, id: ExportId) -> PathBuf {
        self.root.join(id.0.to_string())
    }
}

/// Replaces the key that wraps the keys of files. Answers how many keys it wrapped anew.
///
/// # Errors
/// When a key cannot be read or written; it can be run again.
pub fn rotate_wrapping_key(key_dir: &Path) -> Result<usize, StoreError> {
    KeyDir::open(key_dir)?.rotate()
}

impl Drop for Work {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.path));
    }
}

/// A file that is being drawn, and its key. Dropped, both are gone.
pub(super) struct Part {
    id: ExportId,
    path: PathBuf,
    key: FileKey,
    kept: bool,
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.kept {
            drop(fs::remove_file(&self.path));
        }
    }
}

fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// True when no living process holds the directory.
fn is_abandoned(work: &Path) -> io::Result<bool> {
    match File::open(work.join("lock")) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(err) => Err(err),
        Ok(file) => match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(err)) => Err(err),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write, path::Path};

    use super::{Store, StoreError};
    use crate::domain::ExportId;

    fn open(dir: &Path) -> Store {
        Store::open_dir(&dir.join("artefacts"), &dir.join("keys")).expect("opens")
    }

    #[test]
    fn a_file_can_be_read_only_after_it_is_kept_and_never_after_it_is_shredded() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        let id = ExportId(uuid::Uuid::now_v7());
        let (part, mut draft) = store.begin(id).expect("begins");
        draft.write_all(b"12345").expect("writes");
        draft.seal().expect("seals");
        assert!(matches!(store.open(id, 5), Err(StoreError::NoKey)));
        store.keep(part).expect("keeps");
        assert_eq!(store.open(id, 5).expect("opens").read_all().expect("reads"), b"12345");
        assert!(store.open(id, 6).is_err());
        let copy = fs::read(store.path(id)).expect("reads");
        store.shred(id).expect("shreds");
        assert!(!store.is_readable(id));
        // Somebody who has kept a copy of the file has kept nothing.
        fs::write(store.path(id), copy).expect("writes");
        assert!(matches!(store.open(id, 5), Err(StoreError::NoKey)));
    }

    #[test]
    fn what_is_not_kept_is_gone_and_a_living_store_is_left_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        let first = open(dir.path());
        let id = ExportId(uuid::Uuid::now_v7());
        let (part, _draft) = first.begin(id).expect("begins");
        let second = open(dir.path());
        let path = part.path.clone();
        assert!(path.exists(), "the second store must not remove the first one's work");
        drop(part);
        assert!(!path.exists());
        drop((first, second));
        // As a killed process leaves it: a work directory with bytes, and nobody who holds the lock.
        let dead = dir.path().join("artefacts/work-dead");
        fs::create_dir(&dead).expect("a directory");
        fs::write(dead.join("lock"), b"").expect("a file");
        fs::write(dead.join("x"), b"unreleased").expect("a file");
        let third = open(dir.path());
        assert!(!dead.exists());
        drop(third);
    }
}
