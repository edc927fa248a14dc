//! The naive twin: the same list service, built the way the accident's was. What must not be done, kept
//! where it can be shown.
//!
//! One table for everybody, one login that may read all of it, and a condition that lives in a session
//! object. Nobody but the replay uses it, on a database that the replay made.

mod list;
mod report;
mod sessions;

use std::{io::Write, sync::Arc};

use crate::{
    dba::{bare::Bare, catalog},
    domain::{TenantCode, TenantName},
    lab::{
        Ground,
        world_of_2023::{Issued, World2023},
    },
    pdf,
    report::FontChain,
    wall,
};

pub use list::NaiveRow;
pub use report::Drawn;
pub use sessions::Cookie;

const SCHEMA: &str = include_str!("../../../sql/lab/naive/schema.sql");

/// The role that `schema.sql` names.
const ROLE: &str = "naive_app";

/// Slips in one statement.
const BLOCK_ROWS: usize = 5_000;

/// Why the twin failed at something. Its leaks are no errors: that is the point.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its role or schema could not be made.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// A statement failed.
    #[error(transparent)]
    Db(#[from] wall::Error),
    /// A row does not decode.
    #[error("the naive twin gave a row that does not decode")]
    Undecodable,
    /// Its report could not be drawn.
    #[error(transparent)]
    Pdf(#[from] pdf::Error),
    /// A text of a row does not fit its cell.
    #[error("a text does not fit its cell")]
    DoesNotFit,
    /// The cookie is nobody's.
    #[error("no such cookie")]
    NoSession,
}

/// The service: a connection, and sessions in memory.
pub struct Naive {
    connection: Bare,
    sessions: sessions::Sessions,
}

impl Naive {
    /// Makes the role and the schema in a database that the caller made, and puts the world in.
    ///
    /// # Errors
    /// When they are there already: then they are somebody else's.
    pub async fn install(
        ground: &Ground,
        database: &str,
        role: &str,
        world: &World2023,
    ) -> Result<Naive, Error> {
        let superuser = ground.superuser(database);
        catalog::create_login(&superuser, role, ground.password()).await?;
        let schema = SCHEMA.replace(ROLE, role);
        Bare::connect(&superuser).await?.run("lab/naive/schema.sql", &schema).await?;
        let connection = Bare::connect(&ground.role(role, database)).await?;
        let naive = Naive { connection, sessions: sessions::Sessions::default() };
        for block in world.slips.chunks(BLOCK_ROWS) {
            naive.register(block).await?;
        }
        Ok(naive)
    }

    /// Puts slips in.
    ///
    /// # Errors
    /// When one is there.
    pub async fn register(&self, slips: &[Issued]) -> Result<(), Error> {
        list::register(&self.connection, slips).await
    }

    /// Logs somebody of a biller in.
    pub fn log_in(&mut self, user: &str, biller: usize) -> Cookie {
        self.sessions.log_in(user, list::tenant_id(biller))
    }

    /// The list that somebody with this cookie sees: at most `rows_max` rows, silently.
    ///
    /// # Errors
    /// When the query fails. Not when the session's condition is gone.
    pub async fn list(&self, cookie: Cookie, rows_max: u32) -> Result<Vec<NaiveRow>, Error> {
        let session = self.sessions.get(cookie).ok_or(Error::NoSession)?;
        list::list(&self.connection, session, rows_max).await
    }
}

/// Draws the twin's report: whatever rows it is given.
///
/// # Errors
/// When it cannot be drawn or written.
pub fn draw<W: Write>(
    out: W,
    fonts: Arc<FontChain>,
    world: &World2023,
    printing: (&TenantCode, &TenantName),
    rows: &[NaiveRow],
) -> Result<Drawn, Error> {
    report::draw(out, fonts, world, printing, rows)
}
