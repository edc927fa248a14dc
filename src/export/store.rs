//! Where files are kept: one directory, readable by the service alone.
//!
//! A file is drawn in a work directory of its process and moved out after its release. The work
//! directories of processes that died are removed by the next one that starts, so nothing that was not
//! released stays. Files are not encrypted yet.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::domain::ExportId;

/// A directory of artefacts.
#[derive(Clone)]
pub struct Store {
    root: PathBuf,
    work: Arc<Work>,
}

/// The work directory of this process, locked for as long as it lives.
struct Work {
    path: PathBuf,
    _lock: File,
}

/// Why a file could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("artefact store: {0}")]
    Io(#[from] io::Error),
    /// The file is not the one that was released.
    #[error("artefact store: the file's length is not the released one")]
    Changed,
}

impl Store {
    /// Opens a store, and removes what dead processes left unreleased in it.
    ///
    /// # Errors
    /// When the directory cannot be made or written.
    pub fn open_dir(root: &Path) -> Result<Store, StoreError> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(root)?;
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
        Ok(Store { root: root.to_owned(), work: Arc::new(Work { path, _lock: lock }) })
    }

    /// Begins a file. It vanishes with the value unless it is released.
    pub(super) fn begin(&self, id: ExportId) -> Result<(Part, File), StoreError> {
        let path = self.work.path.join(id.0.to_string());
        let file = private_file(&path)?;
        Ok((Part { path, kept: false }, file))
    }

    /// Keeps a file whose release is in the database.
    pub(super) fn keep(&self, id: ExportId, mut part: Part) -> Result<(), StoreError> {
        fs::rename(&part.path, self.path(id))?;
        part.kept = true;
        File::open(&self.root)?.sync_all()?;
        Ok(())
    }

    /// Opens a kept file of the length that was released.
    pub(super) async fn open(
        &self,
        id: ExportId,
        bytes: u64,
    ) -> Result<tokio::fs::File, StoreError> {
        let file = tokio::fs::File::open(self.path(id)).await?;
        if file.metadata().await?.len() == bytes { Ok(file) } else { Err(StoreError::Changed) }
    }

    fn path(&self, id: ExportId) -> PathBuf {
        self.root.join(id.0.to_string())
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.path));
    }
}

/// A file that is being drawn. Dropped, it is gone.
pub(super) struct Part {
    path: PathBuf,
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
    use std::{fs, io::Write};

    use super::Store;
    use crate::domain::ExportId;

    #[tokio::test]
    async fn a_file_exists_only_after_it_is_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open_dir(dir.path()).expect("opens");
        let id = ExportId(uuid::Uuid::now_v7());
        let (part, mut file) = store.begin(id).expect("begins");
        file.write_all(b"12345").expect("writes");
        assert!(store.open(id, 5).await.is_err());
        store.keep(id, part).expect("keeps");
        assert!(store.open(id, 5).await.is_ok());
        assert!(store.open(id, 6).await.is_err());
    }

    #[test]
    fn what_is_not_kept_is_gone_and_a_living_store_is_left_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        let first = Store::open_dir(dir.path()).expect("opens");
        let id = ExportId(uuid::Uuid::now_v7());
        let (part, _file) = first.begin(id).expect("begins");
        let second = Store::open_dir(dir.path()).expect("opens beside it");
        let path = part.path.clone();
        assert!(path.exists(), "the second store must not remove the first one's work");
        drop(part);
        assert!(!path.exists());
        drop((first, second));
        // As a killed process leaves it: a work directory with bytes, and nobody who holds the lock.
        let dead = dir.path().join("work-dead");
        fs::create_dir(&dead).expect("a directory");
        fs::write(dead.join("lock"), b"").expect("a file");
        fs::write(dead.join("x"), b"unreleased").expect("a file");
        let third = Store::open_dir(dir.path()).expect("opens");
        assert!(!dead.exists());
        drop(third);
    }
}
