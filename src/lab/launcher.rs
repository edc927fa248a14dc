//! Starts a PostgreSQL that only we use, from binaries on the machine: no Docker, no download, also as root.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use crate::lab::{
    Error, Server, binaries::Binaries, identity::Identity, reaper::Reaper, storage::Storage,
};

/// What to start. `Options::default()` is a throw-away server from the binaries of the system.
#[derive(Debug, Clone)]
pub struct Options {
    /// A directory with `postgres` and `initdb`, the value of `SHIKIRI_PG_BIN`; nothing else is tried then.
    pub binaries: Option<PathBuf>,
    /// Where else to look for binaries or `pg_config`, the value of `PATH`.
    pub search_path: Option<OsString>,
    /// Keep the data in this directory, and find them there again. Without it they are gone when the server stops.
    pub data: Option<PathBuf>,
    /// Where the directory of this run (socket, log, thrown-away data) is made.
    pub temporary: PathBuf,
    /// Connections at most.
    pub max_connections: u16,
    /// More settings, as in `postgresql.conf`; they win over ours.
    pub settings: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            binaries: None,
            search_path: None,
            data: None,
            temporary: std::env::temp_dir(),
            max_connections: 64,
            settings: Vec::new(),
        }
    }
}

/// Makes servers.
#[derive(Debug)]
pub struct Launcher;

impl Launcher {
    /// Starts a server and returns once it accepts connections (about 0.3 s; blocks the calling thread).
    ///
    /// The server stops, and its run directory goes away, when the [`Server`] is stopped or dropped, and also when
    /// this process ends in any other way, SIGKILL included.
    ///
    /// # Errors
    /// [`Error::NoBinaries`] with instructions when the machine has none; see the other variants.
    pub fn start(options: Options) -> Result<Server, Error> {
        // The owner of the cluster, not of the directory around it, is whom PostgreSQL insists on.
        let cluster = options.data.as_ref().map(|data| data.join("cluster"));
        let identity = Identity::choose(cluster.as_deref())?;
        let binaries =
            Binaries::find(options.binaries.as_deref(), options.search_path.as_deref(), &identity)?;
        let data = match &options.data {
            // The server's programs run from `/`.
            Some(data) => Some(
                std::path::absolute(data)
                    .map_err(Error::io("read the name of the data directory"))?,
            ),
            None => None,
        };
        let storage = Storage::prepare(&options.temporary, data.as_deref(), &binaries, &identity)?;
        let reaper = match start_reaper(&options, &storage, &binaries, &identity) {
            Ok(reaper) => reaper,
            Err(error) => {
                storage.remove_run();
                return Err(error);
            }
        };
        // From here on dropping the server cleans up, the failed one too.
        let server = Server::new(reaper, storage, binaries.version().to_owned());
        server.wait_until_ready().map(|()| server)
    }
}

/// Spawns the shell that spawns the server.
fn start_reaper(
    options: &Options,
    storage: &Storage,
    binaries: &Binaries,
    identity: &Identity,
) -> Result<Reaper, Error> {
    // A thrown-away server need not write its last checkpoint.
    let signal = if storage.kept { "INT" } else { "QUIT" };
    let mut command = identity.command(Path::new("/bin/sh"));
    command.args(["-c", include_str!("reaper.sh"), "reaper"]).arg(&storage.run).arg(signal);
    command
        .arg(binaries.program("postgres"))
        .arg("-D")
        .arg(&storage.cluster)
        .arg("-k")
        .arg(&storage.run);
    for (name, value) in settings(options, storage.kept) {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    Reaper::start(command)
}

/// Ours first; PostgreSQL takes the last word on each name.
fn settings(options: &Options, kept: bool) -> Vec<(String, String)> {
    let mut all = vec![("listen_addresses", ""), ("port", "5432"), ("shared_buffers", "64MB")];
    if !kept {
        // A crash costs nothing here: the data are thrown away anyway.
        all.extend([("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")]);
    }
    let mut all: Vec<_> =
        all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    all.push(("max_connections".to_owned(), options.max_connections.to_string()));
    all.extend(options.settings.iter().cloned());
    all
}
