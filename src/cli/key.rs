//! `shikiri key`: signing keys in a directory, and the key of the seal in the database.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::{
    auth::{self, KeyRing},
    cli::{Failure, admin},
    config::Env,
    db::statements::operator::RotateSealKey,
};

/// Keys that are believed: the one that signs, and the one before it.
const LIVE_KEYS: usize = 2;

/// What to do with keys.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make a new signing key in SHIKIRI_KEY_DIR. It signs after the next start; the one before is
    /// believed, older ones are not.
    New,
    /// Replace the key of the seal. Transactions that are under way keep the one before.
    RotateSeal,
}

pub(super) async fn run(command: Command, env: &Env) -> Result<(), Failure> {
    match command {
        Command::New => {
            let path = new_key(Path::new(env.need("SHIKIRI_KEY_DIR")?))?;
            println!("made {}; it signs after the next start of serve", path.display());
        }
        Command::RotateSeal => {
            let kid = admin::operator(env).await?.call_one(&RotateSealKey {}).await?;
            println!("the seal has key {kid}");
        }
    }
    Ok(())
}

/// Makes a key whose name sorts after all that are there.
pub(super) fn new_key(dir: &Path) -> Result<PathBuf, Failure> {
    fs::create_dir_all(dir)?;
    let path = dir.join(format!("{}.pem", uuid::Uuid::now_v7()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(auth::generate_key()?.as_bytes())?;
    file.sync_all()?;
    Ok(path)
}

/// Reads the keys of a directory, the one that signs first.
pub(crate) fn ring(dir: &Path) -> Result<KeyRing, Failure> {
    let read = fs::read_dir(dir).map_err(|err| {
        format!("SHIKIRI_KEY_DIR {}: {err}; `shikiri key new` makes the first key", dir.display())
    })?;
    let mut paths = Vec::new();
    for entry in read {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "pem") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.reverse();
    let mut pems = Vec::new();
    for path in paths.iter().take(LIVE_KEYS) {
        pems.push(fs::read_to_string(path)?);
    }
    KeyRing::new(&pems).map_err(|err| {
        format!("SHIKIRI_KEY_DIR {}: {err}; `shikiri key new` makes a key", dir.display()).into()
    })
}
