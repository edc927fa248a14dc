//! The environment, read once. Values are handed down; nobody else looks.
//!
//! Every variable starts with `SHIKIRI_`. A secret may come as `SHIKIRI_X_FILE`, a path. A variable we do
//! not know refuses the start: a misspelt limit must not be ignored.

#![expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

/// Every variable there is, and what it is for.
pub const VARIABLES: &[(&str, &str)] = &[
    ("SHIKIRI_DATABASE_URL_ADMIN", "a DBA's login, for bootstrap only"),
    ("SHIKIRI_DATABASE_URL_MIGRATOR", "the login of shikiri_migrator, for migrate only"),
    ("SHIKIRI_DATABASE_URL_APP", "the login of shikiri_app, for serve"),
    ("SHIKIRI_DATABASE_URL_CHECKER", "the login of shikiri_checker, for serve"),
    (
        "SHIKIRI_DATABASE_URL_OPERATOR",
        "the login of shikiri_operator, for tenant, user and key; never for serve",
    ),
    ("SHIKIRI_DATABASE_URL_AUDITOR", "the login of shikiri_auditor, for audit"),
    (
        "SHIKIRI_URL",
        "the service's address, for export, verify chain and verify page-code; https, or this machine",
    ),
    (
        "SHIKIRI_TOKEN",
        "a token of POST /v1/sessions, for export, verify chain and verify page-code",
    ),
    ("SHIKIRI_ROLE_PASSWORD_MIGRATOR", "bootstrap gives it to shikiri_migrator"),
    ("SHIKIRI_ROLE_PASSWORD_APP", "bootstrap gives it to shikiri_app"),
    ("SHIKIRI_ROLE_PASSWORD_CHECKER", "bootstrap gives it to shikiri_checker"),
    ("SHIKIRI_ROLE_PASSWORD_OPERATOR", "bootstrap gives it to shikiri_operator"),
    ("SHIKIRI_ROLE_PASSWORD_AUDITOR", "bootstrap gives it to shikiri_auditor"),
    ("SHIKIRI_LISTEN", "address of the REST API (127.0.0.1:8080)"),
    ("SHIKIRI_LISTEN_ADMIN", "address of /metrics, /livez and /readyz (127.0.0.1:9464)"),
    (
        "SHIKIRI_KEY_DIR",
        "directory of signing keys: of tokens *.pem, below it those of certificates and page codes",
    ),
    ("SHIKIRI_ARTEFACT_DIR", "directory of exported files, encrypted"),
    (
        "SHIKIRI_ARTEFACT_KEY_DIR",
        "directory of their keys: elsewhere, and in no backup (its loss is the loss of the files)",
    ),
    ("SHIKIRI_FONTS", "TrueType files, first choice first, separated by ':'"),
    ("SHIKIRI_CONTACT", "whom a reader of a list is told to call"),
    ("SHIKIRI_POOL_APP", "connections as shikiri_app (8)"),
    ("SHIKIRI_POOL_CHECKER", "connections as shikiri_checker (2)"),
    ("SHIKIRI_EXPORTS_RUNNING", "exports that run at once (2)"),
    ("SHIKIRI_ACCEPT_OLD_POSTGRES", "1 = serve on a server below the security floor, and say so"),
    ("SHIKIRI_PG_BIN", "directory of Postgres server binaries, for demo and replay"),
    ("SHIKIRI_LOG", "log filter, e.g. info or shikiri=debug (info)"),
    ("SHIKIRI_LOG_FORMAT", "json or text (text)"),
    ("SHIKIRI_TEST_DB", "read by the test world"),
    ("SHIKIRI_TEST_DATABASE_URL", "read by the test world"),
    ("SHIKIRI_TEST_IMAGE", "read by the test world"),
    ("SHIKIRI_TEST_SEAL", "read by the test world"),
    ("SHIKIRI_TEST_SQLSMITH_STATEMENTS", "read by the test world"),
    ("SHIKIRI_TEST_FUZZ_QUERIES", "read by the test world"),
    ("SHIKIRI_TEST_SEED", "read by the test world"),
];

/// Fonts as Debian installs them: first choice, then the one with every registered name character.
const FONTS: &str = "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf:/usr/share/fonts/truetype/ipamj/ipamjm.ttf";

/// Why the environment cannot be used. Names variables, never their values.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A variable nobody reads.
    #[error(
        "{0} is not a variable of shikiri (see `shikiri config`); a misspelt setting must not be ignored"
    )]
    Unknown(String),
    /// A variable that is needed.
    #[error("{name} is not set: {purpose}")]
    Missing {
        /// Its name.
        name: &'static str,
        /// What it is for.
        purpose: &'static str,
    },
    /// A value that does not fit.
    #[error("{name}: {wanted}")]
    Bad {
        /// Its name.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
    /// Given twice, or its file cannot be read.
    #[error("{name}: {reason}")]
    File {
        /// Its name.
        name: String,
        /// What went wrong.
        reason: String,
    },
    /// The public process must not hold the operator's login.
    #[error(
        "SHIKIRI_DATABASE_URL_{0} is set: `serve` refuses to hold that login; start it without"
    )]
    TooMuch(&'static str),
}

/// The variables of this process.
#[derive(Clone)]
pub struct Env {
    values: BTreeMap<String, String>,
    /// Where executables are looked for.
    pub search_path: Option<std::ffi::OsString>,
}

/// What `serve` needs.
#[derive(Clone)]
pub struct Serve {
    /// URL of `shikiri_app`.
    pub app_url: String,
    /// URL of `shikiri_checker`.
    pub checker_url: String,
    /// Address of the REST API.
    pub listen: SocketAddr,
    /// Address of the admin listener.
    pub listen_admin: SocketAddr,
    /// Directory of signing keys.
    pub key_dir: PathBuf,
    /// Directory of exported files.
    pub artefact_dir: PathBuf,
    /// Directory of their keys.
    pub artefact_key_dir: PathBuf,
    /// TrueType files, first choice first.
    pub fonts: Vec<PathBuf>,
    /// Whom a reader of a list is told to call.
    pub contact: String,
    /// Connections as `shikiri_app`.
    pub pool_app: usize,
    /// Connections as `shikiri_checker`.
    pub pool_checker: usize,
    /// Exports that run at once.
    pub exports_running: usize,
    /// Whether a server below the security floor is accepted.
    pub accept_old_postgres: bool,
}

/// Any variable, for files that name one as `${NAME}`.
pub fn any_variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|it| !it.is_empty())
}

impl Env {
    /// Reads the environment of the process.
    ///
    /// # Errors
    /// When a `SHIKIRI_` variable is unknown, given twice, or its file cannot be read.
    pub fn read() -> Result<Env, Error> {
        let mut env = Env::of(std::env::vars())?;
        env.search_path = std::env::var_os("PATH");
        Ok(env)
    }

    /// Reads variables that are given.
    ///
    /// # Errors
    /// As [`Env::read`].
    pub fn of(variables: impl Iterator<Item = (String, String)>) -> Result<Env, Error> {
        let mut values = BTreeMap::new();
        for (name, value) in variables.filter(|(name, _)| name.starts_with("SHIKIRI_")) {
            let known = |name: &str| VARIABLES.iter().any(|(it, _)| *it == name);
            let (name, value) = match name.strip_suffix("_FILE") {
                Some(base) if known(base) => {
                    let text = std::fs::read_to_string(&value).map_err(|err| Error::File {
                        name: name.clone(),
                        reason: err.to_string(),
                    })?;
                    (base.to_owned(), text.trim_end_matches(['\r', '\n']).to_owned())
                }
                _ if known(&name) => (name, value),
                _ => return Err(Error::Unknown(name)),
            };
            if values.insert(name.clone(), value).is_some() {
                let reason = "is set both directly and by _FILE".to_owned();
                return Err(Error::File { name, reason });
            }
        }
        Ok(Env { values, search_path: None })
    }

    /// A value, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|it| !it.is_empty())
    }

    /// A value that is needed.
    ///
    /// # Errors
    /// When it is not set; the text says what it is for.
    pub fn need(&self, name: &'static str) -> Result<&str, Error> {
        let purpose =
            VARIABLES.iter().find(|(it, _)| *it == name).map_or("", |(_, purpose)| purpose);
        self.get(name).ok_or(Error::Missing { name, purpose })
    }

    fn number(&self, name: &'static str, default: usize) -> Result<usize, Error> {
        match self.get(name).map(str::parse) {
            None => Ok(default),
            Some(Ok(number @ 1..=1_000)) => Ok(number),
            Some(_) => Err(Error::Bad { name, wanted: "must be a number from 1 to 1000" }),
        }
    }

    fn address(&self, name: &'static str, default: &str) -> Result<SocketAddr, Error> {
        let text = self.get(name).unwrap_or(default);
        text.parse()
            .map_err(|_| Error::Bad { name, wanted: "must be an address as 127.0.0.1:8080" })
    }

    fn contact(&self) -> Result<String, Error> {
        let name = "SHIKIRI_CONTACT";
        let text = self.need(name)?;
        // It stands in the footer of every page, on one line.
        if 40 < text.chars().count() || text.chars().any(char::is_control) {
            return Err(Error::Bad { name, wanted: "must be at most 40 characters on one line" });
        }
        Ok(text.to_owned())
    }

    /// Where the keys of files are.
    ///
    /// # Errors
    /// When it is not set, or lies inside the files' directory: who copies the files must not copy their keys.
    pub fn artefact_key_dir(&self) -> Result<PathBuf, Error> {
        let name = "SHIKIRI_ARTEFACT_KEY_DIR";
        let dir = PathBuf::from(self.need(name)?);
        let files = self.get("SHIKIRI_ARTEFACT_DIR").map(PathBuf::from);
        if files.is_some_and(|it| dir.starts_with(&it) || it.starts_with(&dir)) {
            return Err(Error::Bad { name, wanted: "must be apart from SHIKIRI_ARTEFACT_DIR" });
        }
        Ok(dir)
    }

    /// The TrueType files to draw with.
    pub fn fonts(&self) -> Vec<PathBuf> {
        self.get("SHIKIRI_FONTS").unwrap_or(FONTS).split(':').map(PathBuf::from).collect()
    }

    /// Whether a server below the security floor is accepted.
    ///
    /// # Errors
    /// When the value is neither 0 nor 1.
    pub fn accept_old_postgres(&self) -> Result<bool, Error> {
        match self.get("SHIKIRI_ACCEPT_OLD_POSTGRES") {
            None | Some("0") => Ok(false),
            Some("1") => Ok(true),
            Some(_) => {
                Err(Error::Bad { name: "SHIKIRI_ACCEPT_OLD_POSTGRES", wanted: "must be 0 or 1" })
            }
        }
    }

    /// Where the service is, and the token to speak to it with.
    ///
    /// # Errors
    /// When one of them is missing.
    pub fn client(&self) -> Result<(&str, &str), Error> {
        Ok((self.need("SHIKIRI_URL")?, self.need("SHIKIRI_TOKEN")?))
    }

    /// What `serve` needs.
    ///
    /// # Errors
    /// When something is missing or does not fit, or the process holds a login that it must not.
    pub fn serve(&self) -> Result<Serve, Error> {
        for login in ["OPERATOR", "MIGRATOR", "ADMIN"] {
            if self.get(&format!("SHIKIRI_DATABASE_URL_{login}")).is_some() {
                return Err(Error::TooMuch(login));
            }
        }
        Ok(Serve {
            app_url: self.need("SHIKIRI_DATABASE_URL_APP")?.to_owned(),
            checker_url: self.need("SHIKIRI_DATABASE_URL_CHECKER")?.to_owned(),
            listen: self.address("SHIKIRI_LISTEN", "127.0.0.1:8080")?,
            listen_admin: self.address("SHIKIRI_LISTEN_ADMIN", "127.0.0.1:9464")?,
            key_dir: self.need("SHIKIRI_KEY_DIR")?.into(),
            artefact_dir: self.need("SHIKIRI_ARTEFACT_DIR")?.into(),
            artefact_key_dir: self.artefact_key_dir()?,
            fonts: self.fonts(),
            contact: self.contact()?,
            pool_app: self.number("SHIKIRI_POOL_APP", 8)?,
            pool_checker: self.number("SHIKIRI_POOL_CHECKER", 2)?,
            exports_running: self.number("SHIKIRI_EXPORTS_RUNNING", 2)?,
            accept_old_postgres: self.accept_old_postgres()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Env, Error};

    fn env(pairs: &[(&str, &str)]) -> Result<Env, Error> {
        Env::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn a_misspelt_variable_refuses() {
        assert!(matches!(env(&[("SHIKIRI_POOL_APPS", "8")]), Err(Error::Unknown(_))));
        assert!(env(&[("PATH", "/bin"), ("SHIKIRI_POOL_APP", "8")]).is_ok());
    }

    #[test]
    fn serve_refuses_the_operators_login_and_says_what_is_missing() {
        let given = env(&[("SHIKIRI_DATABASE_URL_OPERATOR", "x")]).expect("known");
        assert!(matches!(given.serve().err(), Some(Error::TooMuch("OPERATOR"))));
        let given = env(&[]).expect("known");
        let text = given.serve().err().expect("nothing is set").to_string();
        assert!(text.contains("SHIKIRI_DATABASE_URL_APP"), "{text}");
    }

    #[test]
    fn keys_of_files_are_apart_from_the_files() {
        for (keys, fits) in
            [("/keys", true), ("/files/keys", false), ("/", false), ("/files", false)]
        {
            let pairs = [("SHIKIRI_ARTEFACT_DIR", "/files"), ("SHIKIRI_ARTEFACT_KEY_DIR", keys)];
            let given = env(&pairs).expect("known");
            assert_eq!(given.artefact_key_dir().is_ok(), fits, "{keys}");
        }
    }

    #[test]
    fn a_secret_may_come_from_a_file_but_not_twice() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "postgres://x\n").expect("writes");
        let path = file.path().display().to_string();
        let given = env(&[("SHIKIRI_DATABASE_URL_APP_FILE", &path)]).expect("reads");
        assert_eq!(given.get("SHIKIRI_DATABASE_URL_APP"), Some("postgres://x"));
        let twice = [("SHIKIRI_DATABASE_URL_APP", "y"), ("SHIKIRI_DATABASE_URL_APP_FILE", &path)];
        assert!(matches!(env(&twice), Err(Error::File { .. })));
    }
}
