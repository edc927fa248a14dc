//! The account a server runs under: ours, or, when we are root, one that PostgreSQL accepts.

use std::{
    io,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::Path,
    process::Command,
};

use nix::unistd::{User, geteuid};

use crate::lab::Error;

/// Who runs the server's programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// The user that runs us.
    Caller,
    /// Somebody else, because we are root and PostgreSQL refuses to run as root.
    Dropped {
        /// For messages.
        name: String,
        /// User id.
        uid: u32,
        /// Its group id.
        gid: u32,
    },
}

impl Identity {
    /// Decides. The owner of kept data goes first: a directory made by a plain user stays that user's
    /// when root opens it.
    pub(crate) fn choose(kept: Option<&Path>) -> Result<Self, Error> {
        if !geteuid().is_root() {
            return Ok(Self::Caller);
        }
        let owner = kept
            .and_then(|path| path.metadata().ok())
            .map(|data| data.uid())
            .filter(|uid| *uid != 0);
        if let Some(uid) = owner
            && let Ok(Some(user)) = User::from_uid(uid.into())
        {
            return Ok(user.into());
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(Self::from)
            .ok_or(Error::NoUnprivilegedUser)
    }

    /// For messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Dropped { name, .. } => name.clone(),
            Self::Caller => User::from_uid(geteuid())
                .ok()
                .flatten()
                .map_or_else(|| geteuid().to_string(), |user| user.name),
        }
    }

    /// Gives a path to the account.
    pub(crate) fn own(&self, path: &Path) -> io::Result<()> {
        match self {
            Self::Caller => Ok(()),
            Self::Dropped { uid, gid, .. } => {
                std::os::unix::fs::chown(path, Some(*uid), Some(*gid))
            }
        }
    }

    /// A command that runs under the account, from `/`, with nothing of our environment: the caller's PGDATA,
    /// PGPORT, LD_PRELOAD or locale must not reach the server. (std drops the supplementary groups with the user id.)
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir("/")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC");
        if let Self::Dropped { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
        command
    }
}

impl From<User> for Identity {
    fn from(user: User) -> Self {
        Self::Dropped { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() }
    }
}
