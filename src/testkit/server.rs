//! Which server the tests of this process use: chosen once, said once, never silently another one.

use std::{
    io::{Write, stderr},
    sync::{Arc, OnceLock},
};

use crate::{
    lab::{Conninfo, Error, Launcher, Options, Server, container, container::Container},
    testkit::{Choice, IMAGE_DEFAULT, Settings},
};

/// Connections at most: a test binary runs its tests in parallel, each with pools of its own.
const MAX_CONNECTIONS: u16 = 200;

/// The role that bootstraps, on servers of ours.
const SUPERUSER: &str = "postgres";

/// A server for tests. Statics are never dropped: a launched server is stopped by its reaper, a container by its leash.
#[derive(Debug)]
pub struct TestServer {
    source: Source,
}

/// Where a server came from.
#[derive(Debug)]
enum Source {
    Given(Conninfo),
    Container(Container),
    /// The reason why it is not a container, if that was tried first.
    Launched(Server, Option<String>),
}

/// The server of this process; the first call starts it and says on standard error which one it is.
///
/// # Errors
/// The same error for every caller when there is none; its text says what to install.
pub fn server() -> Result<&'static Arc<TestServer>, &'static Error> {
    static SERVER: OnceLock<Result<Arc<TestServer>, Error>> = OnceLock::new();
    let chosen = SERVER.get_or_init(|| {
        let server = TestServer::choose(&Settings::from_env()?)?;
        // Not `eprintln!`: libtest swallows that in a test that passes.
        drop(writeln!(stderr(), "test server: {}", server.describe()));
        Ok(Arc::new(server))
    });
    chosen.as_ref()
}

/// Another server of this process, for tests that make superusers and other roles with power: every wall on a server sees
/// those, and exports stop. On a given server (`SHIKIRI_TEST_DATABASE_URL`) it is the same one.
///
/// # Errors
/// As [`server`].
pub fn server_for_roles() -> Result<&'static Arc<TestServer>, &'static Error> {
    static SERVER: OnceLock<Result<Arc<TestServer>, Error>> = OnceLock::new();
    let first = server()?;
    if matches!(first.source, Source::Given(_)) {
        return Ok(first);
    }
    let other = SERVER.get_or_init(|| Ok(Arc::new(TestServer::choose(&Settings::from_env()?)?)));
    other.as_ref()
}

impl TestServer {
    /// Starts, or finds, the server these settings ask for.
    ///
    /// # Errors
    /// What stood in the way of the source that was asked for; of the last one, when all were tried.
    pub fn choose(settings: &Settings) -> Result<Self, Error> {
        let source = match settings.choice {
            Choice::Url => given(settings)?,
            Choice::Docker => Source::Container(contained(settings)?),
            Choice::Local => Source::Launched(launched(settings)?, None),
            Choice::Auto if settings.database.is_some() => given(settings)?,
            Choice::Auto => match contained(settings) {
                Ok(container) => Source::Container(container),
                Err(reason) => Source::Launched(launched(settings)?, Some(reason.to_string())),
            },
        };
        Ok(Self { source })
    }

    /// A server of its own, from the binaries of this machine whatever other tests use: one that a test may kill.
    ///
    /// # Errors
    /// When the machine has no binaries, or they do not start.
    pub fn alone() -> Result<Self, Error> {
        let source = Source::Launched(launched(&Settings::from_env()?)?, None);
        Ok(Self { source })
    }

    /// The server, if it was started from binaries of this machine.
    #[must_use]
    pub fn local(&self) -> Option<&Server> {
        match &self.source {
            Source::Launched(server, _) => Some(server),
            Source::Given(_) | Source::Container(_) => None,
        }
    }

    /// For the line on standard error: `local PostgreSQL 15.20 (launcher)`.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.source {
            Source::Given(conninfo) => {
                let part = |key, default| conninfo.get(key).unwrap_or(default);
                format!(
                    "{}:{} (SHIKIRI_TEST_DATABASE_URL)",
                    part("host", "localhost"),
                    part("port", "5432")
                )
            }
            Source::Container(container) => {
                format!("PostgreSQL {} in a container (testcontainers)", container.version())
            }
            Source::Launched(server, None) => {
                format!("local PostgreSQL {} (launcher)", server.version())
            }
            Source::Launched(server, Some(reason)) => {
                format!("local PostgreSQL {} (launcher; {reason})", server.version())
            }
        }
    }

    /// How a superuser reaches the server's first database, to bootstrap.
    #[must_use]
    pub fn superuser(&self) -> String {
        match &self.source {
            Source::Given(conninfo) => conninfo.to_string(),
            _ => self.conninfo(SUPERUSER, SUPERUSER),
        }
    }

    /// How a superuser reaches a database of this server.
    #[must_use]
    pub fn conninfo_of_superuser(&self, database: &str) -> String {
        match &self.source {
            Source::Given(conninfo) => conninfo.clone().with("dbname", database).to_string(),
            _ => self.conninfo(SUPERUSER, database),
        }
    }

    /// How a role reaches a database. Where [`TestServer::password`] is one, the role must have been given it.
    #[must_use]
    pub fn conninfo(&self, user: &str, database: &str) -> String {
        match &self.source {
            Source::Given(conninfo) => {
                conninfo.clone().with("user", user).with("dbname", database).to_string()
            }
            Source::Container(container) => container.conninfo(user, database),
            Source::Launched(server, _) => server.conninfo(user, database),
        }
    }

    /// The password to give to the roles tests make; none where the server asks for none.
    ///
    /// On a given server it is the superuser's own, so that test processes that run at the same time agree on it.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        match &self.source {
            Source::Given(conninfo) => conninfo.get("password"),
            Source::Container(container) => container.address().get("password"),
            Source::Launched(..) => None,
        }
    }
}

fn given(settings: &Settings) -> Result<Source, Error> {
    let wanted = Error::Setting {
        name: "SHIKIRI_TEST_DATABASE_URL",
        wanted: "a superuser's connection string",
    };
    settings.database.clone().map(Source::Given).ok_or(wanted)
}

fn contained(settings: &Settings) -> Result<Container, Error> {
    Container::start(container::Options {
        image: settings.image.clone().unwrap_or_else(|| IMAGE_DEFAULT.to_owned()),
        storage: container::Storage::default(),
        max_connections: MAX_CONNECTIONS,
        settings: Vec::new(),
    })
}

fn launched(settings: &Settings) -> Result<Server, Error> {
    Launcher::start(Options {
        binaries: settings.binaries.clone(),
        search_path: settings.search_path.clone(),
        max_connections: MAX_CONNECTIONS,
        ..Options::default()
    })
}
