//! The two ways to hold the seal, and which of them a database gets.

use tokio_postgres::Client;

use super::{Error, sources::SEAL};

/// How the seal is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// In a parameter that only the keeper may set: there is no key.
    Parameter,
    /// In a setting of anybody's, with a MAC that only the keeper's key makes.
    Mac,
}

/// What `migrate` is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SealWish {
    /// By the parameter wherever the keeper was granted it.
    #[default]
    Auto,
    /// By the parameter, or not at all.
    Parameter,
    /// By a MAC, although the parameter may be there.
    Mac,
}

/// The parameter, as `sql/roles.sql` grants it.
const GRANTED: &str = "select has_parameter_privilege('backtrace_functions', 'set')";

impl Seal {
    /// As `shikiri_vault.seal_way()` and `/readyz` say it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Seal::Parameter => "parameter",
            Seal::Mac => "mac",
        }
    }

    /// The functions of this way.
    pub(super) fn file(self) -> Option<&'static (&'static str, &'static str)> {
        let name = format!("by_{}.sql", self.as_str());
        SEAL.iter().find(|(it, _)| *it == name)
    }
}

impl SealWish {
    /// As it is written on a command line and in a deployment.
    pub const fn as_str(self) -> &'static str {
        match self {
            SealWish::Auto => "auto",
            SealWish::Parameter => "parameter",
            SealWish::Mac => "mac",
        }
    }

    /// Reads what [`SealWish::as_str`] wrote.
    pub fn parse(text: &str) -> Option<SealWish> {
        [SealWish::Auto, SealWish::Parameter, SealWish::Mac]
            .into_iter()
            .find(|it| it.as_str() == text)
    }

    /// What this database can have of it. The client must be the keeper.
    pub(super) async fn resolve(self, client: &Client) -> Result<Seal, Error> {
        let granted = client.query_one(GRANTED, &[]).await.map_err(|err| {
            Error::step("asking whether the keeper may set backtrace_functions", &err)
        })?;
        match (self, granted.get::<_, bool>(0)) {
            (SealWish::Auto | SealWish::Parameter, true) => Ok(Seal::Parameter),
            (SealWish::Auto, false) | (SealWish::Mac, _) => Ok(Seal::Mac),
            (SealWish::Parameter, false) => Err(Error::Step {
                step: "the seal by a parameter".to_owned(),
                reason: "shikiri_keeper may not set backtrace_functions; nothing was changed. Run \
                         `shikiri bootstrap` as a superuser, or `shikiri migrate --seal mac`"
                    .to_owned(),
            }),
        }
    }
}

/// What a deployment was asked for, and what it chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SealChoice {
    pub(super) wish: SealWish,
    pub(super) seal: Seal,
}

#[cfg(test)]
mod tests {
    use super::{Seal, SealWish};

    #[test]
    fn each_way_has_its_file_and_its_name() {
        for seal in [Seal::Parameter, Seal::Mac] {
            let (_, text) = seal.file().expect("is in the list");
            assert!(text.contains(&format!("select '{}'", seal.as_str())), "{seal:?}");
        }
        for wish in [SealWish::Auto, SealWish::Parameter, SealWish::Mac] {
            assert_eq!(SealWish::parse(wish.as_str()), Some(wish));
        }
        assert_eq!(SealWish::parse("Mac"), None);
    }
}
