//! Keys of the codes that stand on every page. They outlive everything: paper does.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::auth::{Error, key_files};

/// A key of page codes.
pub type PageCodeKey = [u8; 32];

/// A directory of keys of page codes: the newest one makes codes, all of them recognise theirs.
#[derive(Debug, Clone)]
pub struct PageCodeKeys {
    dir: PathBuf,
}

impl PageCodeKeys {
    /// The keys of a directory, which may not be there yet.
    pub fn in_dir(dir: &Path) -> PageCodeKeys {
        PageCodeKeys { dir: dir.to_owned() }
    }

    /// Makes a new key. Those before stay: what was printed with them is still to be recognised.
    ///
    /// # Errors
    /// When it cannot be written, or the system has no randomness.
    pub fn add(&self) -> Result<(), Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| Error::BadKey)?;
        let path = self.dir.join(format!("{}.key", Uuid::now_v7()));
        key_files::write(&path, &(hex::encode(key) + "\n"))
    }

    /// The key that makes codes.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn newest(&self) -> Result<PageCodeKey, Error> {
        self.all()?.pop().ok_or(Error::NoKey)
    }

    /// Every key, the oldest first.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn all(&self) -> Result<Vec<PageCodeKey>, Error> {
        let read = |it: &key_files::KeyFile| {
            let text = key_files::read(&it.path)?;
            let bytes = hex::decode(text.trim()).map_err(|_| Error::BadKey)?;
            bytes.try_into().map_err(|_| Error::BadKey)
        };
        key_files::list(&self.dir, &["key"])?.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::PageCodeKeys;
    use crate::auth::Error;

    #[test]
    fn the_newest_makes_codes_and_the_old_ones_stay() {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = PageCodeKeys::in_dir(&dir.path().join("page-code"));
        assert!(matches!(keys.newest(), Err(Error::NoKey)));
        keys.add().expect("makes one");
        let first = keys.newest().expect("reads");
        std::thread::sleep(std::time::Duration::from_millis(5));
        keys.add().expect("makes another");
        let second = keys.newest().expect("reads");
        assert_ne!(first, second);
        assert_eq!(keys.all().expect("reads"), [first, second]);
    }
}
