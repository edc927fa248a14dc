//! `shikiri key`: signing keys in a directory, and the key of the seal in the database.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::{
    auth::{self, KeyRing},
    cli::{Failure, admin},
    config::Env,
    export::{Proof, rotate_wrapping_key},
    statements::operator::RotateSealKey,
};

/// Keys that are believed: the one that signs, and the one before it.
const LIVE_KEYS: usize = 2;

/// What to do with keys.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make a new signing key of tokens in SHIKIRI_KEY_DIR, and what is missing there of certificates and page
    /// codes. It signs after the next start; the one before is believed, older ones are not.
    New {
        /// Only when there is none yet: for set-up steps that run at every start.
        #[arg(long)]
        if_missing: bool,
    },
    /// Replace the key that signs certificates, at once. What the old ones signed stays provable.
    ReplaceCertificate,
    /// Replace the key that wraps the keys of files in SHIKIRI_ARTEFACT_KEY_DIR, and destroy the one before.
    RotateArtefact,
    /// Replace the key of the seal. Transactions that are under way keep the one before.
    RotateSeal,
}

pub(super) async fn run(command: Command, env: &Env) -> Result<(), Failure> {
    match command {
        Command::New { if_missing } => {
            let dir = Path::new(env.need("SHIKIRI_KEY_DIR")?);
            if Proof::in_dir(dir).make_missing()? {
                println!("made keys of certificates and page codes below {}", dir.display());
            }
            if if_missing && let Some(path) = last_key(dir)? {
                println!("{} is there; no key made", path.display());
                return Ok(());
            }
            let path = new_key(dir)?;
            println!("made {}; it signs after the next start of serve", path.display());
        }
        Command::ReplaceCertificate => {
            let dir = Path::new(env.need("SHIKIRI_KEY_DIR")?);
            Proof::in_dir(dir).certificates.replace()?;
            println!("certificates are signed with a new key from now on");
        }
        Command::RotateArtefact => {
            let dir = env.artefact_key_dir()?;
            let count = blocking(move || rotate_wrapping_key(&dir)).await??;
            println!("{count} keys of files are wrapped with a new key");
        }
        Command::RotateSeal => {
            let kid = admin::operator(env).await?.call_one(&RotateSealKey {}).await?;
            println!("the seal has key {kid}");
        }
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    Ok(tokio::task::spawn_blocking(work).await?)
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

/// The key that signs, if there is one. A directory that is not there has none; one that cannot be read
/// is an error, because a second key would be made in the dark.
fn last_key(dir: &Path) -> Result<Option<PathBuf>, Failure> {
    match fs::read_dir(dir) {
        Ok(read) => Ok(keys(read)?.into_iter().next()),
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(err) => Err(format!("SHIKIRI_KEY_DIR {}: {err}", dir.display()).into()),
    }
}

/// The keys of a directory, the one that signs first.
fn keys(read: fs::ReadDir) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::new();
    for entry in read {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "pem") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.reverse();
    Ok(paths)
}

/// Reads the keys of a directory, the one that signs first.
pub(crate) fn ring(dir: &Path) -> Result<KeyRing, Failure> {
    let read = fs::read_dir(dir).map_err(|err| {
        format!("SHIKIRI_KEY_DIR {}: {err}; `shikiri key new` makes the first key", dir.display())
    })?;
    let paths = keys(read)?;
    let mut pems = Vec::new();
    for path in paths.iter().take(LIVE_KEYS) {
        pems.push(fs::read_to_string(path)?);
    }
    KeyRing::new(&pems).map_err(|err| {
        format!("SHIKIRI_KEY_DIR {}: {err}; `shikiri key new` makes a key", dir.display()).into()
    })
}

#[cfg(test)]
mod tests {
    use super::{last_key, new_key};

    #[test]
    fn a_set_up_step_that_runs_again_finds_the_first_key() {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = dir.path().join("keys");
        assert!(last_key(&keys).expect("no directory is no key").is_none());
        let first = new_key(&keys).expect("makes one");
        std::fs::write(keys.join("zz.pem.old"), "no key").expect("writes");
        assert_eq!(last_key(&keys).expect("reads"), Some(first));
        let second = new_key(&keys).expect("makes another");
        assert_eq!(last_key(&keys).expect("reads"), Some(second));
    }
}
