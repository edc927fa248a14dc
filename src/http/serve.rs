//! Our own accept loop: warp's has no header time limit, no cap and no deadline for shutting down.

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use warp::{Filter, filters::BoxedFilter};

use crate::http::{
    admin,
    answer::Response,
    app::App,
    around::{self, Inner},
    barcode, exports, health, me, openapi, payments,
    routes::{ADMIN_ROUTES, ROUTES, Route},
    sessions, slip_imports, slips, users,
};

/// How long a client may take to send the head of a request, and how long it may say nothing between two.
const HEAD_LIMIT: Duration = Duration::from_secs(10);

/// How the surface listens.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address of the REST API.
    pub listen: SocketAddr,
    /// Address of `/metrics`, `/livez` and `/readyz`, if they are wanted.
    pub listen_admin: Option<SocketAddr>,
    /// Client connections at once. More wait in the system's queue.
    pub connections_max: usize,
    /// How long requests under way may take after a shutdown began.
    pub drain: Duration,
}

/// Sockets that are bound and not served yet.
pub struct Server {
    api: TcpListener,
    admin: Option<TcpListener>,
    connections_max: usize,
    drain: Duration,
}

/// Binds the sockets.
///
/// # Errors
/// When an address cannot be bound.
pub async fn bind(config: &Config) -> io::Result<Server> {
    let admin = match config.listen_admin {
        Some(address) => Some(TcpListener::bind(address).await?),
        None => None,
    };
    Ok(Server {
        api: TcpListener::bind(config.listen).await?,
        admin,
        connections_max: config.connections_max,
        drain: config.drain,
    })
}

/// Binds and serves until `shutdown` ends, and then until requests under way have, or the deadline comes.
///
/// # Errors
/// When an address cannot be bound.
pub async fn serve(
    config: &Config,
    app: App,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    bind(config).await?.run(app, shutdown).await;
    Ok(())
}

impl Server {
    /// The address of the REST API.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.api.local_addr()
    }

    /// The address of the admin listener.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address_admin(&self) -> io::Result<Option<SocketAddr>> {
        self.admin.as_ref().map(TcpListener::local_addr).transpose()
    }

    /// Serves until `shutdown` ends, and then until requests under way have, or the deadline comes.
    pub async fn run(self, app: App, shutdown: impl Future<Output = ()> + Send) {
        let (stop, stopped) = watch::channel(false);
        let api = Listening {
            app: app.clone(),
            inner: layers(&app, routes(&app)),
            table: ROUTES,
            connections_max: self.connections_max,
            drain: self.drain,
        };
        let admin = async {
            if let Some(listener) = self.admin {
                let inner = layers(&app, admin::routes(&app));
                let (connections_max, drain) = (64, Duration::from_secs(1));
                let (app, table) = (app.clone(), ADMIN_ROUTES);
                let listening = Listening { app, inner, table, connections_max, drain };
                listening.run(listener, stopped.clone()).await;
            }
        };
        let wait = async {
            shutdown.await;
            // Both listeners hold a receiver until they have ended.
            stop.send_replace(true);
        };
        tokio::join!(wait, api.run(self.api, stopped.clone()), admin);
    }
}

/// The layers, counting panics.
fn layers(app: &App, routes: BoxedFilter<(Response,)>) -> Inner {
    let counted = app.clone();
    around::layers(routes, move || counted.metrics.panicked())
}

/// Every route of the public listener.
fn routes(app: &App) -> BoxedFilter<(Response,)> {
    sessions::routes(app)
        .or(me::routes(app))
        .unify()
        .or(users::routes(app))
        .unify()
        .or(slips::routes(app))
        .unify()
        .or(slip_imports::routes(app))
        .unify()
        .or(payments::routes(app))
        .unify()
        .or(exports::routes(app))
        .unify()
        .or(barcode::routes(app))
        .unify()
        .or(openapi::routes(app))
        .unify()
        .or(health::routes(app))
        .unify()
        .boxed()
}

/// One listener's accept loop.
struct Listening {
    app: App,
    inner: Inner,
    table: &'static [Route],
    connections_max: usize,
    drain: Duration,
}

impl Listening {
    async fn run(self, listener: TcpListener, mut stopped: watch::Receiver<bool>) {
        let places = Arc::new(Semaphore::new(self.connections_max.max(1)));
        let graceful = GracefulShutdown::new();
        let builder = builder();
        loop {
            let next = async {
                let place = places.clone().acquire_owned().await.ok()?;
                Some((place, listener.accept().await))
            };
            let (place, accepted) = tokio::select! {
                next = next => match next {
                    Some(it) => it,
                    None => break,
                },
                _ = stopped.wait_for(|it| *it) => break,
            };
            match accepted {
                Ok((socket, peer)) => self.spawn(&builder, &graceful, place, socket, peer),
                // Out of descriptors, or a client that has left: neither ends the service.
                Err(err) => {
                    tracing::warn!(%err, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(listener);
        if tokio::time::timeout(self.drain, graceful.shutdown()).await.is_err() {
            tracing::warn!("the deadline came: connections with requests under way were dropped");
        }
    }

    fn spawn(
        &self,
        builder: &http1::Builder,
        graceful: &GracefulShutdown,
        place: OwnedSemaphorePermit,
        socket: TcpStream,
        peer: SocketAddr,
    ) {
        if let Err(err) = socket.set_nodelay(true) {
            tracing::debug!(%err, "a socket stays slow");
        }
        let (app, inner, table) = (self.app.clone(), self.inner.clone(), self.table);
        let connections = app.metrics.connections().clone();
        let service = tower::service_fn(move |request| {
            around::answer(app.clone(), inner.clone(), table, peer.ip(), request)
        });
        let service = TowerToHyperService::new(service);
        let connection = builder.serve_connection(TokioIo::new(socket), service);
        let connection = graceful.watch(connection);
        connections.inc();
        tokio::spawn(async move {
            // A client that breaks off is its own affair; its words are not logged.
            if connection.await.is_err() {
                tracing::debug!("a connection ended early");
            }
            connections.dec();
            drop(place);
        });
    }
}

/// HTTP/1 only: to tell it from HTTP/2 one would wait for the first bytes without a limit.
fn builder() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT).max_buf_size(32 * 1024);
    builder
}
