//! A running PostgreSQL of ours. Letting go of it stops it.

use std::{
    path::{Path, PathBuf},
    process::Child,
};

use crate::lab::{Conninfo, Error, storage::Storage};

/// A server made by [`Launcher::start`](crate::lab::Launcher::start).
#[derive(Debug)]
pub struct Server {
    /// The shell that stops the server once our end of its standard input is closed.
    reaper: Child,
    storage: Storage,
    version: String,
}

impl Server {
    pub(crate) fn new(reaper: Child, storage: Storage, version: String) -> Self {
        Self { reaper, storage, version }
    }

    /// How a client reaches the server: over its Unix socket, as any role, without a password.
    #[must_use]
    pub fn conninfo(&self, user: &str, database: &str) -> String {
        Conninfo::default()
            .with("host", self.storage.run.to_string_lossy())
            .with("port", "5432")
            .with("user", user)
            .with("dbname", database)
            .to_string()
    }

    /// As `15.20`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The directory of this run: socket and log, and the data unless they are kept.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.storage.run
    }

    /// The server's log, while it runs.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.storage.run.join("log")
    }

    /// Stops the server and waits until it is gone, its directory with it. Dropping does the same, silently.
    ///
    /// # Errors
    /// [`Error::Io`] when the reaper cannot be waited for.
    pub fn stop(mut self) -> Result<(), Error> {
        self.let_go()
    }

    fn let_go(&mut self) -> Result<(), Error> {
        drop(self.reaper.stdin.take());
        let waited = self.reaper.wait().map_err(Error::io("wait for the server to stop"));
        // Below a temporary directory without the sticky bit the server's user cannot unlink its own directory.
        self.storage.remove_run();
        waited.map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.let_go());
    }
}
