//! A world's REST surface on a real socket.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use time::OffsetDateTime;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    dba::catalog,
    domain::ExportId,
    export::{self, Exporter, Store},
    http::{self, App, Config, Limits},
    report::{FontChain, PageCodes},
    testkit::World,
};

/// Fonts as Debian installs them.
const FONTS: [&str; 2] = [
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
];

/// A served world. Stopped when the value is dropped.
pub struct Served {
    /// Where the REST API listens.
    pub address: SocketAddr,
    /// Where the admin listener does.
    pub address_admin: SocketAddr,
    exporter: Exporter,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
    artefacts: tempfile::TempDir,
}

/// Client connections at once, where the test does not say how many.
const CONNECTIONS: usize = 64;

impl World {
    /// Serves this world on two free ports of the loopback interface, with limits that no test meets.
    ///
    /// # Panics
    /// When a socket, a directory or a font (fonts-ipaexfont-gothic, fonts-ipamj-mincho) is missing.
    pub async fn serve(&self) -> Served {
        self.serve_with(wide()).await
    }

    /// Serves this world with limits of the test's choice.
    ///
    /// # Panics
    /// As [`World::serve`].
    pub async fn serve_with(&self, limits: Limits) -> Served {
        self.served(limits, CONNECTIONS, OffsetDateTime::now_utc).await
    }

    /// Serves this world to as many connections at once as the test needs.
    ///
    /// # Panics
    /// As [`World::serve`].
    pub async fn serve_many(&self, limits: Limits, connections_max: usize) -> Served {
        self.served(limits, connections_max, OffsetDateTime::now_utc).await
    }

    /// Serves this world with a clock of the test's choice for cursors and tokens. The database has its own.
    ///
    /// # Panics
    /// As [`World::serve`].
    pub async fn serve_at(&self, limits: Limits, clock: fn() -> OffsetDateTime) -> Served {
        self.served(limits, CONNECTIONS, clock).await
    }

    async fn served(
        &self,
        limits: Limits,
        connections_max: usize,
        clock: fn() -> OffsetDateTime,
    ) -> Served {
        let artefacts = tempfile::tempdir().expect("a directory");
        let exporter = Exporter::new(export::Parts {
            pool: self.pool().clone(),
            checker: self.checker().clone(),
            fonts: Arc::new(
                FontChain::load(&FONTS).expect("fonts-ipaexfont-gothic and fonts-ipamj-mincho"),
            ),
            store: Store::open_dir(&artefacts.path().join("files"), &artefacts.path().join("keys"))
                .expect("a store"),
            proof: proof(artefacts.path()),
            contact: "運用窓口 03-0000-0000".to_owned(),
            running_max: 2,
        });
        let app = App::new(http::Parts {
            pool: self.pool().clone(),
            checker: self.checker().clone(),
            keys: self.keys().clone(),
            exporter: exporter.clone(),
            source_digest: Some(catalog::source_digest()),
            // Tests run on whatever server there is; what /readyz says of it has tests of its own.
            accept_old_postgres: true,
            limits,
            clock,
        });
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let config = Config {
            listen: loopback,
            listen_admin: Some(loopback),
            connections_max,
            drain: Duration::from_secs(2),
        };
        let server = http::bind(&config).await.expect("a free port");
        let address = server.address().expect("an address");
        let address_admin = server.address_admin().expect("an address").expect("is wanted");
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(async move {
            server.run(app, async { drop(stopped.await) }).await;
        });
        let (stop, running) = (Some(stop), Some(running));
        Served { address, address_admin, exporter, stop, running, artefacts }
    }
}

/// Limits that no test meets.
pub fn wide() -> Limits {
    let rate = http::Rate { per_minute: 60_000, burst: 10_000 };
    Limits { tenant: rate, login: rate, ..Limits::default() }
}

/// Keys of certificates and page codes, made in a directory that has none.
///
/// # Panics
/// When they cannot be made.
pub fn proof(dir: &std::path::Path) -> export::Proof {
    let proof = export::Proof::in_dir(&dir.join("proof"));
    proof.make_missing().expect("keys");
    proof
}

impl Served {
    /// 照会番号 of a page of an export that this service draws; 0 is the cover.
    ///
    /// # Panics
    /// When the keys cannot be read.
    pub fn page_code(&self, id: ExportId, page: u32) -> String {
        let key = proof(self.artefacts.path()).page_codes.newest().expect("a key");
        PageCodes::new(&key, id).code(page)
    }

    /// The directory of the keys of certificates and page codes, as SHIKIRI_KEY_DIR names it.
    pub fn key_dir(&self) -> PathBuf {
        self.artefacts.path().join("proof")
    }

    /// What orders, draws and hands out exports here. Its upkeep is the caller's: nothing runs by the clock.
    pub fn exporter(&self) -> &Exporter {
        &self.exporter
    }

    /// Where its files are, encrypted (`files`), and their keys (`keys`).
    pub fn artefacts(&self) -> &std::path::Path {
        self.artefacts.path()
    }

    /// Begins to shut down, and waits until that has ended.
    ///
    /// # Panics
    /// When the server panicked.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Some(running) = self.running.take() {
            running.await.expect("the server ends well");
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }
}
