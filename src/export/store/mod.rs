//! Where files are kept: encrypted, each under a key of its own that lies in another directory.
//!
//! A file is drawn in a work directory of its process, encrypted as it is written; its key is in memory only.
//! Once it is checked it is moved out, its key is wrapped and kept, and then the database releases it. So at
//! any moment a file of which the database says nothing good is unreadable, or its key is destroyed
//! by the next upkeep. The work directories of processes that died are removed by the next one that starts.
//!
//! Whose a file is stands in its place, in its head, and in what its key is tied to. Each is compared when it is
//! opened: an id alone opens nothing.

mod keys;
mod name;
mod stream;

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use crate::domain::{ExportId, TenantId};

pub(crate) use name::FileName;
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
    pub(super) fn begin(
        &self,
        tenant: TenantId,
        id: ExportId,
    ) -> Result<(Part, Draft), StoreError> {
        let name = FileName::of(tenant, id);
        name.make_dir(&self.work.path)?;
        let path = name.path(&self.work.path);
        let key = FileKey::generate()?;
        let part = Part { name, path, key, kept: false };
        let draft = Draft::new(private_file(&part.path)?, &part.key, name)?;
        Ok((part, draft))
    }

    /// Keeps a sealed file and its key: from now on it can be read, if the database lets anybody.
    pub(super) fn keep(&self, mut part: Part) -> Result<(), StoreError> {
        self.keys.put(part.name, &part.key)?;
        let moved = part.name.make_dir(&self.root);
        let moved = moved.and_then(|()| fs::rename(&part.path, part.name.path(&self.root)));
        if let Err(err) = moved.and_then(|()| File::open(part.name.dir(&self.root))?.sync_all()) {
            self.keys.destroy(part.name)?;
            return Err(err.into());
        }
        part.kept = true;
        Ok(())
    }

    /// Opens the kept file of a biller's export, of the length that was released. One of an earlier version does not
    /// say whose it is: it must be, to the last byte, the one that was released to this biller.
    pub(super) fn open(
        &self,
        tenant: TenantId,
        id: ExportId,
        bytes: u64,
        sha256: &[u8; 32],
    ) -> Result<Kept, StoreError> {
        let (name, before) = (FileName::of(tenant, id), FileName::of_before(id));
        let name = if self.keys.has(before) && !self.keys.has(name) { before } else { name };
        let key = self.keys.get(name)?;
        let reader = Reader::open(File::open(name.path(&self.root))?, &key, name, bytes)?;
        if name.tenant_id.is_none() {
            let mut digest = Sha256::new();
            for place in 0..reader.chunks() {
                digest.update(reader.chunk(place)?);
            }
            if digest.finalize().as_slice() != sha256 {
                return Err(BadFile::Another.into());
            }
        }
        Ok(Kept { name, reader })
    }

    /// Whether a file can still be read. A transfer that is under way asks before each chunk.
    pub(super) fn is_readable(&self, name: FileName) -> bool {
        self.keys.has(name)
    }

    /// Destroys the key of a file: from now on no copy of it opens.
    pub(super) fn destroy_key(&self, name: FileName) -> Result<(), StoreError> {
        self.keys.destroy(name)
    }

    /// Destroys a file: its key, then its bytes.
    pub(super) fn shred(&self, name: FileName) -> Result<(), StoreError> {
        self.keys.destroy(name)?;
        match fs::remove_file(name.path(&self.root)) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => removed?,
        }
        File::open(name.dir(&self.root))?.sync_all()?;
        Ok(())
    }

    /// Files that are here, or whose key is.
    pub(super) fn kept(&self) -> Result<BTreeSet<FileName>, StoreError> {
        let mut names: BTreeSet<FileName> = self.keys.names()?.into_iter().collect();
        names.extend(name::names(&self.root)?);
        Ok(names)
    }
}

/// A kept file, open for reading, and what it is called.
#[derive(Debug)]
pub(super) struct Kept {
    pub name: FileName,
    pub reader: Reader,
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
    name: FileName,
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

    use sha2::{Digest, Sha256};

    use super::{FileName, Store, StoreError, keys::FileKey, stream::Draft};
    use crate::{
        domain::{ExportId, TenantId},
        export::store::BadFile,
    };

    const A: TenantId = TenantId(7);
    const B: TenantId = TenantId(8);
    /// Which file was released matters for one of an earlier version only.
    const ANY: [u8; 32] = [0; 32];

    fn open(dir: &Path) -> Store {
        Store::open_dir(&dir.join("artefacts"), &dir.join("keys")).expect("opens")
    }

    #[test]
    fn a_file_can_be_read_only_after_it_is_kept_and_never_after_it_is_shredded() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        let id = ExportId(uuid::Uuid::now_v7());
        let (part, mut draft) = store.begin(A, id).expect("begins");
        draft.write_all(b"12345").expect("writes");
        draft.seal().expect("seals");
        assert!(matches!(store.open(A, id, 5, &ANY), Err(StoreError::NoKey)));
        store.keep(part).expect("keeps");
        let kept = store.open(A, id, 5, &ANY).expect("opens");
        assert_eq!(kept.reader.read_all().expect("reads"), b"12345");
        assert!(store.open(A, id, 6, &ANY).is_err());
        let path = kept.name.path(&store.root);
        let copy = fs::read(&path).expect("reads");
        store.shred(kept.name).expect("shreds");
        assert!(!store.is_readable(kept.name));
        // Somebody who has kept a copy of the file has kept nothing.
        fs::write(path, copy).expect("writes");
        assert!(matches!(store.open(A, id, 5, &ANY), Err(StoreError::NoKey)));
    }

    fn kept(store: &Store, tenant: TenantId, id: ExportId, bytes: &[u8]) {
        let (part, mut draft) = store.begin(tenant, id).expect("begins");
        draft.write_all(bytes).expect("writes");
        draft.seal().expect("seals");
        store.keep(part).expect("keeps");
    }

    fn read(store: &Store, tenant: TenantId, id: ExportId) -> Vec<u8> {
        let kept = store.open(tenant, id, 5, &ANY).expect("opens");
        kept.reader.read_all().expect("reads")
    }

    #[test]
    fn one_id_of_two_billers_is_two_files_and_neither_opens_or_destroys_the_other() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        let id = ExportId(uuid::Uuid::now_v7());
        kept(&store, B, id, b"of B.");
        assert!(matches!(store.open(A, id, 5, &ANY), Err(StoreError::NoKey)));
        kept(&store, A, id, b"of A.");
        assert_eq!((read(&store, A, id), read(&store, B, id)), (b"of A.".into(), b"of B.".into()));
        // B's file and key, moved to where A's are: each is tied to its biller by itself.
        let (of_a, of_b) = (FileName::of(A, id), FileName::of(B, id));
        let keys = dir.path().join("keys/files");
        let own_key = fs::read(of_a.path(&keys)).expect("reads");
        fs::copy(of_b.path(&store.root), of_a.path(&store.root)).expect("copies");
        let foreign = store.open(A, id, 5, &ANY);
        assert!(matches!(foreign, Err(StoreError::Bad(BadFile::Another))), "{foreign:?}");
        fs::copy(of_b.path(&keys), of_a.path(&keys)).expect("copies");
        assert!(matches!(store.open(A, id, 5, &ANY), Err(StoreError::NoKey)));
        // Nor does B's file open when somebody writes A's name into its head.
        let mut bytes = fs::read(of_b.path(&store.root)).expect("reads");
        bytes[..of_a.bytes().len()].copy_from_slice(&of_a.bytes());
        fs::write(of_a.path(&store.root), bytes).expect("writes");
        fs::write(of_a.path(&keys), own_key).expect("writes");
        let sealed = store.open(A, id, 5, &ANY).expect("its head says so").reader.read_all();
        assert!(matches!(sealed, Err(BadFile::Sealed)), "{sealed:?}");
        store.shred(of_a).expect("shreds");
        assert_eq!(read(&store, B, id), b"of B.");
        assert_eq!(Vec::from_iter(store.kept().expect("reads")), [of_b]);
    }

    #[test]
    fn a_file_of_an_earlier_version_opens_for_the_biller_it_was_released_to() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = open(dir.path());
        let id = ExportId(uuid::Uuid::now_v7());
        let before = FileName::of_before(id);
        let key = FileKey::generate().expect("a key");
        let file = fs::File::create(before.path(&store.root)).expect("a file");
        let mut draft = Draft::new(file, &key, before).expect("begins");
        draft.write_all(b"of B.").expect("writes");
        draft.seal().expect("seals");
        store.keys.put(before, &key).expect("puts");
        let stored = fs::read(before.path(&store.root)).expect("reads");
        assert_eq!(stored[..24], [b"shikiri1".as_slice(), id.0.as_bytes()].concat());
        let released: [u8; 32] = Sha256::digest(b"of B.").into();
        let kept = store.open(B, id, 5, &released).expect("opens");
        assert_eq!(kept.reader.read_all().expect("reads"), b"of B.");
        let other = store.open(A, id, 5, &Sha256::digest(b"of A.").into());
        assert!(matches!(other, Err(StoreError::Bad(BadFile::Another))), "{other:?}");
        assert_eq!(Vec::from_iter(store.kept().expect("reads")), [before]);
        store.shred(FileName::of(A, id)).expect("is not there");
        assert!(store.is_readable(before));
        store.shred(before).expect("shreds");
        assert!(matches!(store.open(B, id, 5, &released), Err(StoreError::NoKey)));
    }

    #[test]
    fn what_is_not_kept_is_gone_and_a_living_store_is_left_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        let first = open(dir.path());
        let id = ExportId(uuid::Uuid::now_v7());
        let (part, _draft) = first.begin(A, id).expect("begins");
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
