//! A running PostgreSQL of ours. Letting go of it stops it.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::lab::{Conninfo, Error, reaper::Reaper, storage::Storage};

/// A server made by [`Launcher::start`](crate::lab::Launcher::start).
#[derive(Debug)]
pub struct Server {
    reaper: Mutex<Reaper>,
    storage: Storage,
    version: String,
}

impl Server {
    pub(super) fn new(reaper: Reaper, storage: Storage, version: String) -> Self {
        Self { reaper: Mutex::new(reaper), storage, version }
    }

    pub(super) fn wait_until_ready(&self) -> Result<(), Error> {
        self.reaper().wait_until_ready(&self.storage)
    }

    /// Starts the server again after somebody killed it: same data, same socket, same settings. Returns once it has
    /// recovered and accepts connections (blocks the calling thread; for ever, if the server still lives).
    ///
    /// # Errors
    /// [`Error::NotStarted`] with the end of its log, as when a backend of the dead server is still there.
    pub fn restart(&self) -> Result<(), Error> {
        let mut reaper = self.reaper();
        reaper.again()?;
        reaper.wait_until_ready(&self.storage)
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

    /// The directory of its data (PGDATA).
    #[must_use]
    pub fn cluster(&self) -> &Path {
        &self.storage.cluster
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
    pub fn stop(self) -> Result<(), Error> {
        self.let_go()
    }

    fn let_go(&self) -> Result<(), Error> {
        let waited = self.reaper().let_go();
        // Below a temporary directory without the sticky bit the server's user cannot unlink its own directory.
        self.storage.remove_run();
        waited
    }

    fn reaper(&self) -> MutexGuard<'_, Reaper> {
        // A panic in the middle leaves a pipe and a process id: both are as good as before.
        self.reaper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.let_go());
    }
}
