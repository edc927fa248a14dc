//! What a stored file is called: whose it is, and of which export. Its place, its head and its key say both.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::domain::{ExportId, TenantId};

/// A stored file. One of an earlier version does not say whose it is; the database knows, and its SHA-256 is compared
/// before a byte of it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileName {
    /// Whose it is.
    pub tenant_id: Option<TenantId>,
    /// Of which export.
    pub export_id: ExportId,
}

impl FileName {
    /// The file of an export.
    pub fn of(tenant_id: TenantId, export_id: ExportId) -> FileName {
        FileName { tenant_id: Some(tenant_id), export_id }
    }

    /// The same file as an earlier version would have called it.
    pub fn of_before(export_id: ExportId) -> FileName {
        FileName { tenant_id: None, export_id }
    }

    /// The directory that it is in: each biller has one.
    pub fn dir(&self, root: &Path) -> PathBuf {
        match self.tenant_id {
            Some(it) => root.join(it.0.to_string()),
            None => root.to_owned(),
        }
    }

    /// Its place.
    pub fn path(&self, root: &Path) -> PathBuf {
        self.dir(root).join(self.export_id.0.to_string())
    }

    /// Makes its directory, so that it is there after a crash.
    pub fn make_dir(&self, root: &Path) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(self.dir(root))?;
        fs::File::open(root)?.sync_all()
    }

    /// What its head begins with, and what its key is tied to: the form, the biller, the export.
    pub fn bytes(&self) -> Vec<u8> {
        let id = self.export_id.0.as_bytes().as_slice();
        match self.tenant_id {
            Some(it) => [b"shikiri2".as_slice(), &it.0.to_be_bytes(), id].concat(),
            None => [b"shikiri1".as_slice(), id].concat(),
        }
    }

    /// What its key is wrapped with besides the key that wraps it: a key that is moved opens nothing.
    pub fn tied(&self) -> Vec<u8> {
        match self.tenant_id {
            Some(_) => self.bytes(),
            None => self.export_id.0.as_bytes().to_vec(),
        }
    }
}

/// Files below a directory: of each biller in its own, and those of earlier versions in none.
pub(super) fn names(root: &Path) -> io::Result<Vec<FileName>> {
    let mut res: Vec<FileName> =
        uuids(root)?.into_iter().map(|it| FileName::of_before(ExportId(it))).collect();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        let tenant = entry.file_name().to_str().and_then(|it| it.parse().ok()).map(TenantId);
        if let Some(tenant) = tenant {
            let ids = uuids(&entry.path())?;
            res.extend(ids.into_iter().map(|it| FileName::of(tenant, ExportId(it))));
        }
    }
    Ok(res)
}

/// Files of a directory whose names are UUIDs, in their order; those of version 7 are in the order of time.
pub(super) fn uuids(dir: &Path) -> io::Result<Vec<Uuid>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        names.extend(entry?.file_name().to_str().and_then(|it| Uuid::parse_str(it).ok()));
    }
    names.sort();
    Ok(names)
}
