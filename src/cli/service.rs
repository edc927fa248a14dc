//! The service put together: pools, keys, fonts, exports, the REST surface. For `serve` and `demo`.

use std::{future::Future, sync::Arc, time::Duration};

use time::OffsetDateTime;

use crate::{
    auth::KeyRing,
    cli::Failure,
    config::Serve,
    dba::catalog,
    export::{self, Exporter, Proof, Store},
    http::{self, App},
    report::FontChain,
    wall::{Checker, Pool, PoolConfig},
};

/// How long requests and exports under way may take after a shutdown began.
const DRAIN: Duration = Duration::from_secs(8);

/// How often exports whose process died are ended, and logins that failed are counted.
const UPKEEP: Duration = Duration::from_secs(30);

/// A service that is ready to be served.
pub(super) struct Service {
    app: App,
    exporter: Exporter,
    config: http::Config,
}

/// Puts a service together. Connects to nothing yet, but loads fonts and opens the artefact store.
pub(super) fn assemble(config: &Serve, keys: KeyRing) -> Result<Service, Failure> {
    let pool = |url: &str, connections_max| PoolConfig {
        url: url.to_owned(),
        connections_max,
        wait: Duration::from_secs(2),
    };
    let proof = Proof::in_dir(&config.key_dir);
    proof.check().map_err(|err| {
        let dir = config.key_dir.display();
        format!("{dir}: keys of certificates and page codes: {err}; `shikiri key new --if-missing` makes them")
    })?;
    let app_pool = Pool::new(pool(&config.app_url, config.pool_app))?;
    let checker = Checker::new(pool(&config.checker_url, config.pool_checker))?;
    let exporter = Exporter::new(export::Parts {
        pool: app_pool.clone(),
        checker: checker.clone(),
        fonts: Arc::new(FontChain::load(&config.fonts)?),
        store: Store::open_dir(&config.artefact_dir, &config.artefact_key_dir)?,
        proof,
        contact: config.contact.clone(),
        running_max: config.exports_running,
    });
    let app = App::new(http::Parts {
        pool: app_pool,
        checker,
        keys: Arc::new(keys),
        exporter: exporter.clone(),
        source_digest: Some(catalog::source_digest()),
        accept_old_postgres: config.accept_old_postgres,
        limits: http::Limits::default(),
        clock: OffsetDateTime::now_utc,
    });
    let config = http::Config {
        listen: config.listen,
        listen_admin: Some(config.listen_admin),
        connections_max: 1_024,
        drain: DRAIN,
    };
    Ok(Service { app, exporter, config })
}

impl Service {
    /// Refuses to serve behind a wall that is not the deployed one, or on a server below the floor.
    pub(super) async fn check(&self) -> Result<(), Failure> {
        let broken = self.app.not_ready().await;
        if broken.is_empty() {
            return Ok(());
        }
        Err(format!("refusing to serve:\n  {}", broken.join("\n  ")).into())
    }

    /// Serves until `shutdown` ends; then finishes what is under way. `ready` runs once the sockets are
    /// bound, with the address of the REST API.
    pub(super) async fn run(
        self,
        ready: impl FnOnce(std::net::SocketAddr),
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), Failure> {
        let server = http::bind(&self.config)
            .await
            .map_err(|err| format!("{} or its admin address: {err}", self.config.listen))?;
        ready(server.address()?);
        let upkeep = tokio::spawn(upkeep(self.exporter.clone(), self.app.clone()));
        server.run(self.app, shutdown).await;
        upkeep.abort();
        if !self.exporter.drain(DRAIN).await {
            tracing::warn!("exports were still under way: they become `failed: interrupted`");
        }
        Ok(())
    }
}

async fn upkeep(exporter: Exporter, app: App) {
    let mut every = tokio::time::interval(UPKEEP);
    loop {
        every.tick().await;
        match exporter.end_interrupted().await {
            Ok(0) => {}
            Ok(ended) => tracing::warn!(ended, "exports of a process that died were ended"),
            Err(err) => tracing::warn!(%err, "interrupted exports could not be looked for"),
        }
        app.clone().settle_logins().await;
        match exporter.sweep().await {
            Ok(0) => {}
            Ok(destroyed) => tracing::info!(destroyed, "files that nobody may read were destroyed"),
            Err(err) => tracing::error!(%err, "files that nobody may read are not all destroyed"),
        }
    }
}

/// Ends on Ctrl-C or SIGTERM.
pub(super) async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}
