//! A PostgreSQL in a container, by testcontainers: when a Docker engine answers and the image is already in it.
//!
//! Nothing is ever pulled. The container removes itself (`AutoRemove`) soon after this process is gone: it lives on a
//! leash, a line on its standard input every few seconds. testcontainers cleans up in `Drop`, which a static of a
//! test binary never sees, and its watchdog hears signals only, neither a normal exit nor SIGKILL.

mod leash;

use std::{fmt, time::Duration};

use testcontainers::{
    ContainerAsync, ContainerRequest, GenericImage, ImageExt,
    core::{IntoContainerPort, Mount, WaitFor, client::docker_client_instance},
    runners::AsyncRunner,
};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    dba::catalog,
    lab::{Conninfo, Error},
};
use leash::Leash;

/// How long an engine may take to say whether it has the image.
const ENGINE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long the image may take to a ready server.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How long the published port of a ready server may refuse, how long one try waits, and how long the next is put off.
const PORT_TIMEOUT: Duration = Duration::from_secs(15);
const PORT_TRY: Duration = Duration::from_secs(1);
const PORT_PAUSE: Duration = Duration::from_millis(50);

/// PostgreSQL's port inside the container.
const PORT: u16 = 5432;

/// What the server says on its log when it accepts connections; it says so once, initdb needs no server.
const READY: &str = "database system is ready to accept connections";

/// What the same log says before.
const STARTING: &str = "starting PostgreSQL ";

/// Where the cluster lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Storage {
    /// In memory: nothing touches the disk.
    #[default]
    Tmpfs,
    /// In the container's own layer.
    Plain,
}

/// What to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// `name:tag` of a local image: Debian's layout of PostgreSQL, with bash. The official `postgres` images fit.
    pub image: String,
    /// Where the cluster lives.
    pub storage: Storage,
    /// Connections at most.
    pub max_connections: u16,
    /// More settings, as in `postgresql.conf`.
    pub settings: Vec<(String, String)>,
}

/// A running container. Dropping it stops and removes it.
#[derive(Debug)]
pub struct Container {
    address: Conninfo,
    version: String,
    /// The container goes with it.
    leash: Leash,
}

impl Container {
    /// Starts a container and returns once its server accepts connections (blocks the calling thread).
    ///
    /// # Errors
    /// [`Error::NoContainer`] with the reason: no engine, no such image, or what the engine said.
    pub fn start(options: Options) -> Result<Self, Error> {
        let password = random_password()?;
        let chosen = password.clone();
        let (leash, place) = Leash::fasten(move || async move { run(&options, &chosen).await })?;
        Ok(Self { address: place.conninfo(&password), version: place.version, leash })
    }

    /// How a client reaches the server: over TCP, with the password every role has to be given.
    #[must_use]
    pub fn conninfo(&self, user: &str, database: &str) -> String {
        self.address.clone().with("user", user).with("dbname", database).to_string()
    }

    /// Host, port and password.
    #[must_use]
    pub fn address(&self) -> &Conninfo {
        &self.address
    }

    /// As `15.20`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The engine's name for the container.
    #[must_use]
    pub fn id(&self) -> &str {
        self.leash.container_id()
    }
}

/// What is known of a container once it is ready.
struct Place {
    host: String,
    port: u16,
    version: String,
}

impl Place {
    fn conninfo(&self, password: &str) -> Conninfo {
        Conninfo::default()
            .with("host", self.host.as_str())
            .with("port", self.port.to_string())
            .with("password", password)
    }
}

/// Looks for the image, then starts it.
async fn run(
    options: &Options,
    password: &str,
) -> Result<(ContainerAsync<GenericImage>, Place), Error> {
    image_is_local(&options.image).await?;
    let container = request(options, password).start().await.map_err(refused)?;
    let host = container.get_host().await.map_err(refused)?.to_string();
    let port = container.get_host_port_ipv4(PORT.tcp()).await.map_err(refused)?;
    let log = container.stderr_to_vec().await.map_err(refused)?;
    let log = String::from_utf8_lossy(&log);
    let version = log.split_once(STARTING).and_then(|(_, rest)| rest.split_whitespace().next());
    let version = version
        .ok_or_else(|| Error::NoContainer("its log does not name a version".to_owned()))?
        .to_owned();
    let place = Place { host, port, version };
    let address = place.conninfo(password).with("user", "postgres").with("dbname", "postgres");
    answers(&address.to_string(), PORT_TIMEOUT).await?;
    Ok((container, place))
}

/// Waits until a question is answered at the address that callers will use. The server's log speaks of the inside of the
/// container; between there and here are rules of the engine's, which were seen to refuse a ready server at first.
async fn answers(conninfo: &str, patience: Duration) -> Result<(), Error> {
    let give_up = Instant::now() + patience;
    loop {
        let attempt = timeout(PORT_TRY, catalog::database_exists(conninfo, "postgres")).await;
        let why = match attempt {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(err)) => err.to_string(),
            Err(_) => format!("no answer in {PORT_TRY:?}"),
        };
        if Instant::now() >= give_up {
            return Err(Error::NoContainer(format!(
                "its server is ready, but cannot be reached at its published port: {why}"
            )));
        }
        sleep(PORT_PAUSE).await;
    }
}

/// testcontainers would pull a missing image; we ask first.
async fn image_is_local(image: &str) -> Result<(), Error> {
    let ask = async {
        let engine = docker_client_instance().await.map_err(|_| no_engine())?;
        engine.version().await.map_err(|_| no_engine())?;
        let missing = |_| {
            Error::NoContainer(format!(
                "image {image} is not in the engine (docker/test-image.sh builds it)"
            ))
        };
        engine.inspect_image(image).await.map(drop).map_err(missing)
    };
    timeout(ENGINE_TIMEOUT, ask).await.unwrap_or_else(|_| Err(no_engine()))
}

fn no_engine() -> Error {
    Error::NoContainer("no Docker engine answers".to_owned())
}

fn refused(error: impl fmt::Display) -> Error {
    Error::NoContainer(error.to_string())
}

fn request(options: &Options, password: &str) -> ContainerRequest<GenericImage> {
    let (name, tag) = options.image.rsplit_once(':').unwrap_or((&options.image, "latest"));
    let settings = options.settings.iter().map(|(name, value)| format!("{name}={value}"));
    let command =
        ["-c".to_owned(), include_str!("container.sh").to_owned(), "container".to_owned()];
    let command = command
        .into_iter()
        // A test that ends while a pool of its runtime is still being let in leaves a connection that waits for a
        // password nobody sends, and DROP DATABASE waits for it: a minute, if it is not told otherwise.
        .chain([
            format!("max_connections={}", options.max_connections),
            "authentication_timeout=10".to_owned(),
        ])
        .chain(settings);
    let mut request = GenericImage::new(name, tag)
        .with_entrypoint("bash")
        .with_exposed_port(PORT.tcp())
        .with_wait_for(WaitFor::message_on_stderr(READY))
        .with_cmd(command)
        .with_env_var("SHIKIRI_PASSWORD", password)
        .with_env_var("LEASH_SECONDS", leash::PATIENCE.as_secs().to_string())
        .with_env_var("LC_ALL", "C.UTF-8")
        .with_open_stdin(true)
        .with_startup_timeout(START_TIMEOUT)
        .with_host_config_modifier(|host| host.auto_remove = Some(true));
    if options.storage == Storage::Tmpfs {
        request = request.with_mount(Mount::tmpfs_mount("/pg"));
    }
    request
}

/// The port is published on the engine's machine, so the server asks for a password: 128 bits, as hex.
fn random_password() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::NoContainer(error.to_string()))?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_goes_on_refusing_is_an_error_that_says_so() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
        let port = free.local_addr().expect("is bound").port();
        drop(free);
        let conninfo = format!("host=127.0.0.1 port={port} user=postgres");
        let error = answers(&conninfo, Duration::from_millis(120)).await.expect_err("nobody there");
        assert!(error.to_string().contains("cannot be reached at its published port"), "{error}");
    }
}
