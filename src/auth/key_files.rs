//! Small secret files in a directory, named by the moment they were made.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::auth::Error;

/// A file of a directory, and the version 7 UUID that it is named by.
pub(super) struct KeyFile {
    pub name: Uuid,
    pub path: PathBuf,
}

impl KeyFile {
    /// When it was made, in Unix seconds.
    pub(super) fn made_at(&self) -> i64 {
        let at = self.name.get_timestamp().map_or(0, |it| it.to_unix().0);
        i64::try_from(at).unwrap_or(i64::MAX)
    }
}

/// Files with one of these extensions, the oldest first. A directory that is not there has none.
pub(super) fn list(dir: &Path, extensions: &[&str]) -> Result<Vec<KeyFile>, Error> {
    let entries = match fs::read_dir(dir) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let known = path.extension().is_some_and(|it| extensions.iter().any(|known| it == *known));
        let name =
            path.file_stem().and_then(|it| it.to_str()).and_then(|it| Uuid::parse_str(it).ok());
        if let (true, Some(name)) = (known, name) {
            found.push(KeyFile { name, path });
        }
    }
    found.sort_by_key(|it| it.name);
    Ok(found)
}

/// Reads a text file.
pub(super) fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(failed)
}

/// Writes a file that only its owner may read, so that after a crash it is there whole or not at all.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Error> {
    let dir = path.parent().ok_or(Error::KeyFile(io::ErrorKind::InvalidInput))?;
    let write = || {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let aside = path.with_extension("new");
        let options = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside);
        let mut file = options?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&aside, path)?;
        File::open(dir)?.sync_all()
    };
    write().map_err(failed)
}

/// Overwrites a file and removes it.
pub(super) fn destroy(path: &Path) -> Result<(), Error> {
    let destroy = || {
        let length = usize::try_from(fs::metadata(path)?.len()).unwrap_or(0);
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.write_all(&vec![b'0'; length])?;
        file.sync_all()?;
        fs::remove_file(path)
    };
    destroy().map_err(failed)
}

fn failed(err: io::Error) -> Error {
    Error::KeyFile(err.kind())
}
