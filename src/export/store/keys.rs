//! The key directory: one wrapped key for each stored file, and the keys that wrap them.
//!
//! It lies outside the database and outside of every backup. Whoever destroys a key here has destroyed the file,
//! wherever copies of it are; whoever has copied a key before has not. Nothing of it is kept in memory.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use uuid::Uuid;

use crate::export::store::{
    FileName, StoreError,
    name::{self, uuids},
};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// The wrapping key's name, a nonce, the wrapped key with its tag.
const WRAPPED_BYTES: usize = 16 + NONCE_BYTES + KEY_BYTES + 16;

/// The key of one file.
pub(super) struct FileKey([u8; KEY_BYTES]);

impl FileKey {
    /// A new key.
    pub(super) fn generate() -> io::Result<FileKey> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(io::Error::from)?;
        Ok(FileKey(key))
    }

    pub(super) fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }
}

impl Drop for FileKey {
    fn drop(&mut self) {
        // The compiler may leave this out; the key directory is what counts.
        self.0 = std::hint::black_box([0; KEY_BYTES]);
    }
}

/// A key directory.
#[derive(Clone)]
pub(super) struct KeyDir {
    wrapping: PathBuf,
    wrapped: PathBuf,
}

impl KeyDir {
    /// Opens a key directory, and makes the first wrapping key in an empty one.
    pub(super) fn open(root: &Path) -> Result<KeyDir, StoreError> {
        let it = KeyDir { wrapping: root.join("wrapping"), wrapped: root.join("files") };
        for dir in [root, &it.wrapping, &it.wrapped] {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        }
        if it.wrapping_names()?.is_empty() {
            // Keys that nothing can unwrap are a directory that was restored by halves.
            if !it.names()?.is_empty() {
                return Err(StoreError::NoWrappingKey);
            }
            it.new_wrapping_key()?;
        }
        Ok(it)
    }

    /// Keeps the key of a file, wrapped.
    pub(super) fn put(&self, file: FileName, key: &FileKey) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        self.put_locked(file, key)
    }

    fn put_locked(&self, file: FileName, key: &FileKey) -> Result<(), StoreError> {
        let (name, wrapping) = self.newest()?;
        let bytes = wrap(name, &wrapping, file, key)?;
        file.make_dir(&self.wrapped)?;
        write_whole(&file.dir(&self.wrapped), &file.export_id.0.to_string(), &bytes)?;
        Ok(())
    }

    /// The key of a file.
    pub(super) fn get(&self, file: FileName) -> Result<FileKey, StoreError> {
        let mut bytes = Vec::new();
        match File::open(file.path(&self.wrapped)) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Err(StoreError::NoKey),
            opened => opened?.take(WRAPPED_BYTES as u64 + 1).read_to_end(&mut bytes)?,
        };
        if bytes.len() != WRAPPED_BYTES {
            return Err(StoreError::NoKey);
        }
        let name = Uuid::from_slice(&bytes[..16]).map_err(|_| StoreError::NoKey)?;
        let wrapping = self.wrapping_key(name)?;
        let nonce =
            XNonce::try_from(&bytes[16..16 + NONCE_BYTES]).map_err(|_| StoreError::NoKey)?;
        let payload = Payload { msg: &bytes[16 + NONCE_BYTES..], aad: &file.tied() };
        let key = wrapping.cipher().decrypt(&nonce, payload).map_err(|_| StoreError::NoKey)?;
        let key = <[u8; KEY_BYTES]>::try_from(key).map_err(|_| StoreError::NoKey)?;
        Ok(FileKey(key))
    }

    /// Whether the key of a file is there. Asked again and again while the file is sent.
    pub(super) fn has(&self, file: FileName) -> bool {
        file.path(&self.wrapped).exists()
    }

    /// Destroys the key of a file: overwritten, removed, and both on disk before this returns. A key that is not
    /// there is destroyed.
    pub(super) fn destroy(&self, file: FileName) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        let dir = file.dir(&self.wrapped);
        if !dir.exists() {
            return Ok(());
        }
        for path in [file.path(&self.wrapped), aside(&dir, &file.export_id.0.to_string())] {
            overwrite_and_remove(&path, WRAPPED_BYTES)?;
        }
        File::open(&dir)?.sync_all()?;
        Ok(())
    }

    /// Files that have a key.
    pub(super) fn names(&self) -> Result<Vec<FileName>, StoreError> {
        Ok(name::names(&self.wrapped)?)
    }

    /// Makes a new wrapping key, wraps every key anew, and destroys the wrapping keys of before. Answers how many
    /// keys it wrapped. Safe to run again after an interruption.
    pub(super) fn rotate(&self) -> Result<usize, StoreError> {
        // Held to the end: a key that is destroyed meanwhile must not come back.
        let _lock = self.lock()?;
        let before = self.wrapping_names()?;
        self.new_wrapping_key()?;
        let files = self.names()?;
        for file in &files {
            self.put_locked(*file, &self.get(*file)?)?;
        }
        for name in before {
            overwrite_and_remove(&self.wrapping.join(name.to_string()), KEY_BYTES)?;
        }
        File::open(&self.wrapping)?.sync_all()?;
        Ok(files.len())
    }

    /// One change at a time, also between processes.
    fn lock(&self) -> io::Result<File> {
        let path = self.wrapped.join("lock");
        let options =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
        let file = options?;
        file.lock()?;
        Ok(file)
    }

    fn wrapping_names(&self) -> Result<Vec<Uuid>, StoreError> {
        Ok(uuids(&self.wrapping)?)
    }

    fn new_wrapping_key(&self) -> Result<(), StoreError> {
        let key = FileKey::generate()?;
        write_whole(&self.wrapping, &Uuid::now_v7().to_string(), &key.0)?;
        Ok(())
    }

    fn newest(&self) -> Result<(Uuid, FileKey), StoreError> {
        let name = self.wrapping_names()?.pop().ok_or(StoreError::NoWrappingKey)?;
        Ok((name, self.wrapping_key(name)?))
    }

    fn wrapping_key(&self, name: Uuid) -> Result<FileKey, StoreError> {
        let bytes = match fs::read(self.wrapping.join(name.to_string())) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::NoWrappingKey);
            }
            read => read?,
        };
        let key = <[u8; KEY_BYTES]>::try_from(bytes).map_err(|_| StoreError::NoWrappingKey)?;
        Ok(FileKey(key))
    }
}

fn wrap(
    name: Uuid,
    wrapping: &FileKey,
    file: FileName,
    key: &FileKey,
) -> Result<Vec<u8>, StoreError> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(io::Error::from)?;
    // Biller and export are bound to it: a key that is renamed or moved opens nothing.
    let payload = Payload { msg: &key.0, aad: &file.tied() };
    let sealed = wrapping.cipher().encrypt(&XNonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| io::Error::other("a key could not be wrapped"))?;
    Ok([name.as_bytes().as_slice(), &nonce, &sealed].concat())
}

/// Writes a small file so that after a crash it is there whole, or as it was.
fn write_whole(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let aside = aside(dir, name);
    let options =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside);
    let mut file = options?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&aside, dir.join(name))?;
    File::open(dir)?.sync_all()
}

/// Where a file is written before it takes its place. Its name is no UUID, so it is not taken for one.
fn aside(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.new"))
}

/// Overwrites a file and removes it. One that is not there is gone.
fn overwrite_and_remove(path: &Path, bytes: usize) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let mut noise = vec![0; bytes];
    getrandom::fill(&mut noise).map_err(io::Error::from)?;
    file.write_all(&noise)?;
    file.sync_all()?;
    fs::remove_file(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{FileKey, KeyDir};
    use crate::{
        domain::{ExportId, TenantId},
        export::store::{FileName, StoreError},
    };

    fn id() -> FileName {
        FileName::of(TenantId(7), ExportId(uuid::Uuid::now_v7()))
    }

    #[test]
    fn a_key_comes_back_under_its_own_name_only() {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = KeyDir::open(dir.path()).expect("opens");
        let (id, other, key) = (id(), id(), FileKey::generate().expect("a key"));
        keys.put(id, &key).expect("puts");
        assert_eq!(keys.get(id).expect("gets").0, key.0);
        assert_eq!(keys.names().expect("reads"), [id]);
        let stored = fs::read(id.path(&keys.wrapped)).expect("reads");
        assert!(!stored.windows(32).any(|it| it == key.0), "a key lies there unwrapped");
        // Under another export's name, under another biller's, and as one of an earlier version.
        let others =
            [other, FileName::of(TenantId(8), id.export_id), FileName::of_before(id.export_id)];
        for other in others {
            other.make_dir(&keys.wrapped).expect("a directory");
            fs::copy(id.path(&keys.wrapped), other.path(&keys.wrapped)).expect("copies");
            assert!(matches!(keys.get(other), Err(StoreError::NoKey)), "{other:?}");
        }
    }

    #[test]
    fn a_destroyed_key_is_gone_and_may_be_destroyed_again() {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = KeyDir::open(dir.path()).expect("opens");
        let id = id();
        keys.put(id, &FileKey::generate().expect("a key")).expect("puts");
        // A second name for the same bytes shows that they were overwritten, not only unlinked.
        let seen = dir.path().join("seen");
        fs::hard_link(id.path(&keys.wrapped), &seen).expect("links");
        let before = fs::read(&seen).expect("reads");
        keys.destroy(id).expect("destroys");
        assert!(!keys.has(id));
        assert!(matches!(keys.get(id), Err(StoreError::NoKey)));
        assert_ne!(fs::read(&seen).expect("reads"), before);
        keys.destroy(id).expect("is destroyed already");
    }

    #[test]
    fn a_new_wrapping_key_replaces_the_old_one_and_opens_every_key() {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = KeyDir::open(dir.path()).expect("opens");
        let (id, key) = (id(), FileKey::generate().expect("a key"));
        keys.put(id, &key).expect("puts");
        let before = keys.wrapping_names().expect("reads");
        assert_eq!(keys.rotate().expect("rotates"), 1);
        assert_eq!(keys.get(id).expect("gets").0, key.0);
        let after = keys.wrapping_names().expect("reads");
        assert_eq!(after.len(), 1);
        assert_ne!(after, before);
    }

    #[test]
    fn keys_that_nothing_unwraps_refuse_the_start() {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = KeyDir::open(dir.path()).expect("opens");
        keys.put(id(), &FileKey::generate().expect("a key")).expect("puts");
        for name in keys.wrapping_names().expect("reads") {
            fs::remove_file(keys.wrapping.join(name.to_string())).expect("removes");
        }
        assert!(matches!(KeyDir::open(dir.path()), Err(StoreError::NoWrappingKey)));
    }
}
