//! A database with the wall and the world of 2023 in it, made the way an operator and billers would make it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    auth::{self, KeyRing},
    dba::{
        Operator,
        catalog::{self, Login, ServerLock},
    },
    domain::Invalid,
    lab::{
        Ground, Person, load, people,
        world_of_2023::{self, World2023},
    },
    statements::operator::{AddTenant, SetIssuer},
    wall::{self, Checker, Pool, PoolConfig},
};

/// Connections of the application: a demonstration has few visitors.
const CONNECTIONS_MAX: usize = 8;

/// Where progress is told, a line at a time.
pub type Say<'a> = &'a (dyn Fn(&str) + Sync);

/// Why a stage could not be set. Carries no row of anybody.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StageError {
    /// The server could not be started, or its connection string cannot be read.
    #[error(transparent)]
    Lab(#[from] crate::lab::Error),
    /// The server is in use.
    #[error(
        "this server has shikiri's roles already, and not from here: name an empty server, or none at all"
    )]
    NotFree,
    /// Bootstrap or migrations failed.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// A call or a statement failed.
    #[error(transparent)]
    Db(#[from] wall::Error),
    /// A name of the world does not fit its place.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A password or key could not be made.
    #[error(transparent)]
    Auth(#[from] auth::Error),
    /// There is no such world.
    #[error(transparent)]
    World(#[from] world_of_2023::Error),
    /// The operator could neither add nor reset a user.
    #[error("a clerk could not be admitted; is the kept data from another version?")]
    NotAdmitted,
    /// A clerk could not log in.
    #[error("a clerk could not log in")]
    NoSession,
    /// A thread that computed ended early.
    #[error("a thread died")]
    Thread,
}

/// A database that is ready to be used.
pub struct Stage {
    /// The server.
    pub ground: Ground,
    /// The database.
    pub database: String,
    /// Connections of the application.
    pub pool: Pool,
    /// Connections of the checker.
    pub checker: Checker,
    /// The keys that sign its tokens.
    pub keys: Arc<KeyRing>,
    /// The PKCS#8 PEM behind `keys`.
    pub key_pem: String,
    /// A clerk of every biller, in the world's order.
    pub clerks: Arc<Vec<Person>>,
}

impl Stage {
    /// Makes the database if it is not there, brings it up to this program, and loads what is missing of the world.
    ///
    /// # Errors
    /// When a step fails; what was done stays, and the next call goes on from there.
    pub async fn set(
        ground: Ground,
        database: &str,
        world: &Arc<World2023>,
        say: Say<'_>,
    ) -> Result<Stage, StageError> {
        let started = Instant::now();
        ground.check_is_free(database).await?;
        make_database(&ground, database).await?;
        let digest = catalog::migrate(&ground.role(Login::Migrator.role(), database)).await?;
        let wall = digest.wall_digest.unwrap_or_default();
        say(&format!(
            "database {database}: roles, tables, functions and policies: {:.1} s; wall {wall:.12}",
            started.elapsed().as_secs_f32()
        ));
        let provisioning = Instant::now();
        let config = |login: Login| PoolConfig {
            url: ground.role(login.role(), database),
            connections_max: CONNECTIONS_MAX,
            wait: Duration::from_secs(60),
        };
        let key_pem = auth::generate_key()?;
        let keys = Arc::new(KeyRing::new(std::slice::from_ref(&key_pem))?);
        let (pool, checker) =
            (Pool::new(config(Login::App))?, Checker::new(config(Login::Checker))?);
        let clerks = provision(&ground, database, world).await?;
        say(&format!(
            "{} billers and their clerks, added by the operator: {:.1} s",
            world.billers.len(),
            provisioning.elapsed().as_secs_f32()
        ));
        let stage = Stage {
            ground,
            database: database.to_owned(),
            pool,
            checker,
            keys,
            key_pem,
            clerks: Arc::new(clerks),
        };
        let loading = Instant::now();
        let new = load::slips(&stage, world).await?;
        say(&format!(
            "{} slips, {new} of them registered now, each by its own biller's clerk: {:.1} s",
            world.slips.len(),
            loading.elapsed().as_secs_f32()
        ));
        Ok(stage)
    }

    /// Ends every connection.
    pub fn close(&self) {
        self.pool.close();
        self.checker.close();
    }
}

/// Bootstrap under the server's lock: roles belong to all databases of a server.
async fn make_database(ground: &Ground, database: &str) -> Result<(), StageError> {
    let _lock = ServerLock::take(&ground.admin()).await?;
    if !catalog::database_exists(&ground.admin(), database).await? {
        catalog::create_database(&ground.admin(), database, None).await?;
    }
    Ok(catalog::bootstrap(&ground.superuser(database), &ground.passwords()).await?)
}

/// Billers and clerks, through the operator's calls.
async fn provision(
    ground: &Ground,
    database: &str,
    world: &World2023,
) -> Result<Vec<Person>, StageError> {
    let codes = world.billers.iter().map(|it| it.code.clone()).collect();
    let clerks = people::clerks(codes).await?;
    let mut operator = Operator::connect(&ground.role(Login::Operator.role(), database)).await?;
    for (biller, clerk) in world.billers.iter().zip(&clerks) {
        let tenant = AddTenant {
            tenant_code: biller.code.as_str().to_owned(),
            tenant_name: biller.name.as_str().to_owned(),
            stamp_policy: biller.stamp_policy.as_str().to_owned(),
            on_conflict_allowed: ["ask", "take_over", "refuse", "parallel"]
                .map(str::to_owned)
                .into(),
        };
        // A taken code is the biller of an earlier run on kept data.
        operator.call_one(&tenant).await?;
        operator.call_one(&SetIssuer::new(&biller.code, &biller.issuer()?)).await?;
        clerk.admit(&mut operator).await?;
    }
    Ok(clerks)
}
