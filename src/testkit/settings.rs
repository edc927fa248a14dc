//! What the environment says about tests. The names are written here and nowhere else.

#![expect(clippy::disallowed_methods, reason = "the test world finds its server here")]

use std::{env, ffi::OsString, path::PathBuf};

use crate::{
    dba::catalog::SealWish,
    lab::{Conninfo, Error},
};

/// The image of the container tests; `docker/test-image.sh` builds it.
pub const IMAGE_DEFAULT: &str = "shikiri-test-postgres:15";

/// Where a test's server comes from (`SHIKIRI_TEST_DB`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// A given URL, else a container, else binaries on this machine.
    #[default]
    Auto,
    /// `url`: the server of `SHIKIRI_TEST_DATABASE_URL`.
    Url,
    /// `docker`: a container.
    Docker,
    /// `local`: binaries on this machine.
    Local,
}

/// The test settings of the environment.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// `SHIKIRI_TEST_DB`.
    pub choice: Choice,
    /// `SHIKIRI_TEST_DATABASE_URL`: a superuser's connection string to a server that tests may fill.
    pub database: Option<Conninfo>,
    /// `SHIKIRI_TEST_IMAGE`.
    pub image: Option<String>,
    /// `SHIKIRI_PG_BIN`: a directory of server binaries.
    pub binaries: Option<PathBuf>,
    /// `SHIKIRI_TEST_SEAL`: how worlds hold the seal, where a test does not ask for one way.
    pub seal: SealWish,
    /// `PATH`.
    pub search_path: Option<OsString>,
    /// `SHIKIRI_TEST_SQLSMITH_STATEMENTS`: how many statements of sqlsmith are sent; CI and a night ask for different ones.
    pub sqlsmith_statements: Option<u32>,
    /// `SHIKIRI_TEST_FUZZ_QUERIES`: how many queries the differential fuzzer makes for each login.
    pub fuzz_queries: Option<u32>,
    /// `SHIKIRI_TEST_SEED`: the seed of both, to see a finding again.
    pub seed: Option<u32>,
    /// `CI` is `true`: what cannot be looked at is a failure there.
    pub in_ci: bool,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`Error::Setting`] or [`Error::Conninfo`] when a value cannot be understood: it is never ignored.
    pub fn from_env() -> Result<Self, Error> {
        Self::read(|name| env::var_os(name).filter(|value| !value.is_empty()))
    }

    /// Reads any environment; an empty value counts as none.
    fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let text = |name: &'static str| match variable(name).map(OsString::into_string) {
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(_)) => Err(Error::Setting { name, wanted: "UTF-8" }),
            None => Ok(None),
        };
        let number = |name: &'static str| {
            let wanted = Error::Setting { name, wanted: "a whole number" };
            text(name)?.map(|it| it.parse().map_err(|_| wanted)).transpose()
        };
        let choice = match text("SHIKIRI_TEST_DB")?.as_deref() {
            None | Some("auto") => Choice::Auto,
            Some("url") => Choice::Url,
            Some("docker") => Choice::Docker,
            Some("local") => Choice::Local,
            Some(_) => {
                return Err(Error::Setting {
                    name: "SHIKIRI_TEST_DB",
                    wanted: "auto, url, docker or local",
                });
            }
        };
        let seal = text("SHIKIRI_TEST_SEAL")?;
        let seal = SealWish::parse(seal.as_deref().unwrap_or("auto")).ok_or(Error::Setting {
            name: "SHIKIRI_TEST_SEAL",
            wanted: "auto, parameter or mac",
        })?;
        Ok(Self {
            choice,
            seal,
            database: text("SHIKIRI_TEST_DATABASE_URL")?
                .map(|url| Conninfo::parse(&url))
                .transpose()?,
            image: text("SHIKIRI_TEST_IMAGE")?,
            binaries: variable("SHIKIRI_PG_BIN").map(PathBuf::from),
            search_path: variable("PATH"),
            sqlsmith_statements: number("SHIKIRI_TEST_SQLSMITH_STATEMENTS")?,
            fuzz_queries: number("SHIKIRI_TEST_FUZZ_QUERIES")?,
            seed: number("SHIKIRI_TEST_SEED")?,
            in_ci: text("CI")?.as_deref() == Some("true"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, Error> {
        Settings::read(|name| {
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn an_unknown_choice_is_an_error_and_not_the_default() {
        assert_eq!(read(&[]).expect("readable").choice, Choice::Auto);
        assert_eq!(
            read(&[("SHIKIRI_TEST_DB", "docker")]).expect("readable").choice,
            Choice::Docker
        );
        assert!(matches!(
            read(&[("SHIKIRI_TEST_DB", "Docker")]),
            Err(Error::Setting { name: "SHIKIRI_TEST_DB", .. })
        ));
        assert!(matches!(
            read(&[("SHIKIRI_TEST_SEAL", "MAC")]),
            Err(Error::Setting { name: "SHIKIRI_TEST_SEAL", .. })
        ));
        assert!(matches!(
            read(&[("SHIKIRI_TEST_DATABASE_URL", "elsewhere")]),
            Err(Error::Conninfo(_))
        ));
        assert_eq!(read(&[("SHIKIRI_TEST_SEED", "7")]).expect("readable").seed, Some(7));
        assert!(matches!(
            read(&[("SHIKIRI_TEST_FUZZ_QUERIES", "many")]),
            Err(Error::Setting { name: "SHIKIRI_TEST_FUZZ_QUERIES", .. })
        ));
    }
}
