//! Where a server's files live: a directory of this run, and a cluster that is thrown away with it or kept.

use std::{
    fs,
    fs::Permissions,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
};

use crate::lab::{Error, binaries::Binaries, identity::Identity};

/// The file name PostgreSQL gives its socket; the port is part of the name and of nothing else here.
const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// `sun_path` of sys/un.h holds 108 bytes, the last one a NUL.
const SOCKET_PATH_BYTES_MAX: usize = 107;

/// Directories of one server.
#[derive(Debug)]
pub(crate) struct Storage {
    /// Socket and log; removed when the server stops.
    pub(crate) run: PathBuf,
    /// The cluster (PGDATA): below `run`, or below the directory of kept data.
    pub(crate) cluster: PathBuf,
    /// Whether the cluster outlives the server.
    pub(crate) kept: bool,
}

impl Storage {
    /// Makes the directories, and the cluster if there is none yet.
    pub(crate) fn prepare(
        temporary: &Path,
        kept: Option<&Path>,
        binaries: &Binaries,
        identity: &Identity,
    ) -> Result<Self, Error> {
        let run = private_run_directory(temporary, identity)?;
        let storage = match kept {
            None => Self { cluster: run.join("cluster"), run, kept: false },
            Some(data) => Self { cluster: data.join("cluster"), run, kept: true },
        };
        let ready = match kept {
            Some(data) => storage.open_kept(data, binaries, identity),
            None => storage.initialise(binaries, identity),
        };
        match ready {
            Ok(()) => Ok(storage),
            Err(error) => {
                storage.remove_run();
                Err(error)
            }
        }
    }

    /// Removes what belongs to this run. The reaper usually was faster.
    pub(crate) fn remove_run(&self) {
        drop(fs::remove_dir_all(&self.run));
    }

    /// The end of the server's log.
    pub(crate) fn log_tail(&self) -> String {
        let log = fs::read(self.run.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(4096)..]).trim().to_owned()
    }

    fn open_kept(
        &self,
        data: &Path,
        binaries: &Binaries,
        identity: &Identity,
    ) -> Result<(), Error> {
        if let Ok(major) = fs::read_to_string(self.cluster.join("PG_VERSION")) {
            if major.trim() == binaries.major() {
                return Ok(());
            }
            return Err(Error::OtherVersion {
                path: self.cluster.clone(),
                data: major.trim().to_owned(),
                server: binaries.version().to_owned(),
            });
        }
        fs::create_dir_all(data).map_err(Error::io("make the directory for kept data"))?;
        let entries = fs::read_dir(data).map_err(Error::io("read the directory for kept data"))?;
        if entries.flatten().any(|entry| entry.file_name() != "cluster.partial") {
            return Err(Error::NotOurs(data.to_path_buf()));
        }
        fs::set_permissions(data, Permissions::from_mode(0o700))
            .map_err(Error::io("close the data directory"))?;
        identity.own(data).map_err(Error::io("give the data directory to the server's user"))?;
        self.initialise(binaries, identity)
    }

    /// initdb works beside the final name, so that a run that was killed in the middle leaves no half cluster
    /// that looks like a whole one.
    fn initialise(&self, binaries: &Binaries, identity: &Identity) -> Result<(), Error> {
        let partial = self.cluster.with_extension("partial");
        if partial.exists() {
            fs::remove_dir_all(&partial).map_err(Error::io("remove a half-made cluster"))?;
        }
        let mut initdb = identity.command(&binaries.program("initdb"));
        // `trust` asks for no password, on the Unix socket only: the socket is in a directory with mode 0700, so
        // whoever can open it is the server's own user or root, and both could read the data files anyway. Nothing
        // listens on the network (`listen_addresses` is empty), and host lines refuse in case somebody changes that.
        initdb.args(["--auth-local=trust", "--auth-host=reject", "--username=postgres"]);
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8"]);
        if !self.kept {
            initdb.arg("--no-sync");
        }
        let output = initdb.arg("-D").arg(&partial).output().map_err(Error::io("run initdb"))?;
        if !output.status.success() {
            return Err(Error::Initdb(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        fs::rename(&partial, &self.cluster).map_err(Error::io("name the new cluster"))
    }
}

/// A new directory with mode 0700 that belongs to the server's user. Root reaches it too, by being root.
fn private_run_directory(temporary: &Path, identity: &Identity) -> Result<PathBuf, Error> {
    let made = tempfile::Builder::new()
        .prefix("shikiri-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(temporary)
        .map_err(Error::io("make a temporary directory"))?;
    if made.path().join(SOCKET_NAME).as_os_str().as_bytes().len() > SOCKET_PATH_BYTES_MAX {
        return Err(Error::SocketPathTooLong(made.path().to_path_buf()));
    }
    identity
        .own(made.path())
        .map_err(Error::io("give the temporary directory to the server's user"))?;
    Ok(made.keep())
}
