//! The thread that keeps a container alive by writing to its standard input, and removes it when it is told to.

use std::{
    pin::Pin,
    sync::mpsc::{Sender, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use testcontainers::{
    ContainerAsync, GenericImage, bollard::query_parameters::AttachContainerOptionsBuilder,
    core::client::docker_client_instance,
};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    runtime::Builder,
    sync::oneshot,
    time::interval,
};

use crate::lab::{
    Error,
    container::{Place, no_engine, refused},
};

/// How long a container waits for a sign of life. Longer than a debugger's usual stop is not worth it: the price is
/// how long a container stays behind.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// How often there is one.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// The engine's end of the container's standard input.
type Input = Pin<Box<dyn AsyncWrite + Send>>;

/// What the thread tells once: the container's name and place, or why there is none.
type Report = Result<(String, Place), Error>;

/// Dropping it removes the container and waits until it is gone.
#[derive(Debug)]
pub(super) struct Leash {
    container_id: String,
    hand: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Leash {
    /// Starts a container on a thread with a runtime of its own, for two reasons: the callers' runtimes end with each
    /// test, and the engine's connections belong to the runtime they were opened in.
    pub(super) fn fasten<F>(
        start: impl FnOnce() -> F + Send + 'static,
    ) -> Result<(Self, Place), Error>
    where
        F: Future<Output = Result<(ContainerAsync<GenericImage>, Place), Error>>,
    {
        let (report, reported) = channel();
        let (hand, told) = oneshot::channel();
        let thread = thread::Builder::new().name("container-leash".to_owned());
        let thread =
            thread.spawn(move || match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime.block_on(hold(start(), &report, told)),
                Err(error) => drop(report.send(Err(refused(error)))),
            });
        let thread = thread.map_err(Error::io("start a thread for the container"))?;
        let (container_id, place) = reported.recv().map_err(refused)??;
        Ok((Self { container_id, hand: Some(hand), thread: Some(thread) }, place))
    }

    /// The engine's name for the container.
    pub(super) fn container_id(&self) -> &str {
        &self.container_id
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.hand.take());
        // A thread that panicked has nothing left to say, and the container ends by itself.
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// Starts the container, tells the caller, and holds it until the caller lets go.
async fn hold(
    start: impl Future<Output = Result<(ContainerAsync<GenericImage>, Place), Error>>,
    report: &Sender<Report>,
    told: oneshot::Receiver<()>,
) {
    let (container, place) = match start.await {
        Ok(started) => started,
        Err(error) => return drop(report.send(Err(error))),
    };
    match attach(container.id()).await {
        Ok(input) => {
            drop(report.send(Ok((container.id().to_owned(), place))));
            breathe(input, told).await;
        }
        Err(error) => drop(report.send(Err(error))),
    }
    // Should the engine refuse, the container misses its sign of life and removes itself.
    drop(container.rm().await);
}

/// Opens the container's standard input.
async fn attach(container_id: &str) -> Result<Input, Error> {
    let engine = docker_client_instance().await.map_err(|_| no_engine())?;
    let options = AttachContainerOptionsBuilder::new().stdin(true).stream(true).build();
    engine
        .attach_container(container_id, Some(options))
        .await
        .map(|attached| attached.input)
        .map_err(refused)
}

/// A line now and then, until the caller lets go or the container is gone.
async fn breathe(mut input: Input, mut told: oneshot::Receiver<()>) {
    let mut clock = interval(SIGN_OF_LIFE);
    loop {
        tokio::select! {
            _ = &mut told => return,
            _ = clock.tick() => {
                if input.write_all(b"\n").await.is_err() || input.flush().await.is_err() {
                    return;
                }
            }
        }
    }
}
