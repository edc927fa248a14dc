//! Accidents, acted again: what happened to a service without a wall, and what happens to this one.
//!
//! `mufg-2023`: a biller logs in and orders its list; a second login clears the first session; the list runs
//! without its condition, four times. The naive twin must leak as the accident did, and shikiri must not:
//! a replay in which either does not happen has shown nothing, and fails.

mod naive_side;
mod redraw;
mod report;
mod run;
mod shikiri_side;
mod verdict;

use std::{io, path::PathBuf, sync::Arc};

use crate::{
    dba::catalog,
    export,
    lab::{StageError, naive, world_of_2023},
    pdf,
    report::FontChain,
    wall,
};

pub use report::{Case, NaiveRun, Report, Union, WorldFigures};
pub use run::{Options, Place, act, run};
pub use verdict::broken_facts;

/// How the accident is acted on a stage.
pub struct Script {
    /// How often the list is ordered. A slip is registered between the first and the second time.
    pub runs: u32,
    /// Whether the second login happens. Without it nothing leaks, and the replay must say that it failed.
    pub second_login: bool,
    /// Where the files go.
    pub out: PathBuf,
    /// The fonts to draw with.
    pub fonts: Arc<FontChain>,
    /// The role of the naive twin; it must not exist.
    pub naive_role: String,
}

/// Why a replay could not be acted to its end. A leak is no error but a figure in the [`Report`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The stage could not be set.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The naive twin could not be made or asked.
    #[error(transparent)]
    Naive(#[from] naive::Error),
    /// The database could not be asked.
    #[error(transparent)]
    Db(#[from] wall::Error),
    /// The probe could not be made.
    #[error(transparent)]
    Probe(#[from] crate::dba::probe::Error),
    /// A database or role could not be made or removed.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// Fonts could not be loaded.
    #[error(transparent)]
    Pdf(#[from] pdf::Error),
    /// The biller's own list could not be drawn to compare with.
    #[error(transparent)]
    Report(#[from] crate::report::Error),
    /// The directory of exported files could not be made.
    #[error(transparent)]
    Store(#[from] export::StoreError),
    /// shikiri refused an order that it must take.
    #[error("the order was refused: {0}")]
    Order(#[from] export::OrderError),
    /// There is no such world.
    #[error(transparent)]
    World(#[from] world_of_2023::Error),
    /// A file could not be written.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// The system's answer.
        source: io::Error,
    },
    /// An export did not end in time.
    #[error("an export did not end within two minutes")]
    Endless,
    /// The database of the replay is there already.
    #[error("the database {0} is there already: drop it, or name another server")]
    DatabaseExists(String),
    /// A thread that computed ended early.
    #[error("a thread died")]
    Thread,
    /// Somebody pressed Ctrl-C.
    #[error("interrupted; nothing is left behind")]
    Interrupted,
}

impl Error {
    fn io(what: &'static str) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::Io { what, source }
    }
}
