//! `shikiri migrate`: tables by refinery, then functions and policies in one transaction.

use refinery::{Report, Runner};
use tokio_postgres::Client;

use super::{
    Error, clearing, connect,
    install::own_views,
    sources::{FUNCTIONS, POLICIES, source_digest},
};

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Any number, as long as every process asks for the same: refinery takes no lock of its own, and of
/// five processes that started together four failed without one.
const LOCK: i64 = 0x5348_494b_4952_4931;

/// Where refinery keeps what it has applied.
const HISTORY: &str = "shikiri_ops.schema_history";

/// What `migrate` did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationReport {
    /// Migrations applied now, by file name.
    pub migrations: Vec<String>,
    /// Whether functions and policies were applied.
    pub wall_applied: bool,
    /// Digest of the live wall afterwards; none when only planning on an empty database.
    pub wall_digest: Option<String>,
    /// What differed from the last deployment, what is a guest's, and what was in no file, a sentence each; as it was
    /// found before anything was done.
    pub said: Vec<String>,
}

fn runner() -> Runner {
    let mut runner =
        embedded::migrations::runner().set_abort_divergent(true).set_abort_missing(true);
    runner.set_migration_table_name(HISTORY);
    runner
}

/// Brings a database up to this program, under an advisory lock.
///
/// # Errors
/// When the login is not the migrator's, a file fails, or an applied migration differs from its file.
pub async fn migrate(url: &str) -> Result<MigrationReport, Error> {
    migrate_with(&mut connect(url).await?).await
}

async fn migrate_with(client: &mut Client) -> Result<MigrationReport, Error> {
    let lock = format!("select pg_advisory_lock({LOCK}); set role shikiri_keeper");
    client.batch_execute(&lock).await.map_err(|err| {
        Error::step("becoming shikiri_keeper (is this the migrator's login, and was `shikiri bootstrap` run?)", &err)
    })?;
    needs_bootstrap(client).await?;
    let report: Report = runner()
        .run_async(client)
        .await
        .map_err(|err| Error::Step { step: "migrations".to_owned(), reason: err.to_string() })?;
    let migrations = report.applied_migrations().iter().map(ToString::to_string).collect();
    let state = wall(client).await?;
    let wall_applied = !state.is_current();
    let said = if wall_applied { say(client, &state).await? } else { Vec::new() };
    if wall_applied {
        apply_wall(client).await?;
    }
    let wall_digest = wall(client).await?.live;
    Ok(MigrationReport { migrations, wall_applied, wall_digest, said })
}

/// Says what [`migrate`] would do. Changes nothing.
///
/// # Errors
/// When the database cannot be asked.
pub async fn plan(url: &str) -> Result<MigrationReport, Error> {
    let mut client = connect(url).await?;
    let role = "set role shikiri_keeper; begin read only";
    client.batch_execute(role).await.map_err(|err| Error::step("becoming shikiri_keeper", &err))?;
    needs_bootstrap(&client).await?;
    let exists = "select to_regclass('shikiri_ops.schema_history') is not null";
    let row = client.query_one(exists, &[]).await.map_err(|err| Error::step("plan", &err))?;
    let all = || runner().get_migrations().iter().map(ToString::to_string).collect::<Vec<_>>();
    if !row.get::<_, bool>(0) {
        return Ok(MigrationReport {
            migrations: all(),
            wall_applied: true,
            wall_digest: None,
            said: Vec::new(),
        });
    }
    client.batch_execute("commit").await.map_err(|err| Error::step("plan", &err))?;
    let applied = runner()
        .get_applied_migrations_async(&mut client)
        .await
        .map_err(|err| Error::Step { step: "migrations".to_owned(), reason: err.to_string() })?;
    let applied: Vec<String> = applied.iter().map(ToString::to_string).collect();
    let migrations = all().into_iter().filter(|it| !applied.contains(it)).collect();
    let state = wall(&client).await?;
    let wall_applied = !state.is_current();
    let said = if wall_applied { say(&client, &state).await? } else { Vec::new() };
    Ok(MigrationReport { migrations, wall_applied, wall_digest: state.live, said })
}

/// Fails when [`migrate`] would do anything.
///
/// # Errors
/// When something is pending, with what it is.
pub async fn check(url: &str) -> Result<MigrationReport, Error> {
    let planned = plan(url).await?;
    if !planned.migrations.is_empty() {
        return Err(Error::Pending(format!(
            "pending migrations: {}",
            planned.migrations.join(", ")
        )));
    }
    if planned.wall_applied {
        let why = "the wall is not what this program's sql/ makes, or not as it was deployed";
        let found = planned.said.join("; ");
        let found = if found.is_empty() { String::new() } else { format!(": {found}") };
        return Err(Error::Pending(format!("{why}{found}")));
    }
    Ok(planned)
}

/// Says so when bootstrap has not been run in this database.
async fn needs_bootstrap(client: &Client) -> Result<(), Error> {
    let text = "select to_regnamespace('shikiri_ops') is not null";
    let row = client.query_one(text, &[]).await.map_err(|err| Error::step(text, &err))?;
    if row.get::<_, bool>(0) {
        return Ok(());
    }
    let reason = "this database has no schema shikiri_ops; run `shikiri bootstrap` in it first";
    Err(Error::Step { step: "migrate".to_owned(), reason: reason.to_owned() })
}

/// What is deployed, and what is there.
struct Wall {
    live: Option<String>,
    deployed: Option<String>,
    source: Option<String>,
}

impl Wall {
    fn is_current(&self) -> bool {
        self.source.as_deref() == Some(&source_digest())
            && self.live.is_some()
            && self.live == self.deployed
    }
}

async fn wall(client: &Client) -> Result<Wall, Error> {
    let failed = |err: tokio_postgres::Error| Error::step("reading the wall's digest", &err);
    let there = "select to_regprocedure('shikiri_seal.wall_digest()') is not null";
    if !client.query_one(there, &[]).await.map_err(failed)?.get::<_, bool>(0) {
        return Ok(Wall { live: None, deployed: None, source: None });
    }
    let text = "select shikiri_seal.wall_digest(), d.wall_digest, d.source_digest \
         from (select 1) one left join lateral (select wall_digest, source_digest \
         from shikiri_ops.deployment order by deployment_id desc limit 1) d on true";
    let row = client.query_one(text, &[]).await.map_err(failed)?;
    Ok(Wall { live: row.get(0), deployed: row.get(1), source: row.get(2) })
}

/// What differs, and what is not ours. An earlier version's database cannot say what differs.
async fn say(client: &Client, state: &Wall) -> Result<Vec<String>, Error> {
    let mut said = Vec::new();
    let text = "select to_regprocedure('shikiri_seal.wall_differences()') is not null";
    let row = client.query_one(text, &[]).await.map_err(|err| Error::step(text, &err))?;
    if row.get::<_, bool>(0) && state.live != state.deployed {
        let text = "select d from shikiri_seal.wall_differences() d (d)";
        let rows = client.query(text, &[]).await.map_err(|err| Error::step(text, &err))?;
        said.extend(rows.iter().map(|row| row.get::<_, String>(0)));
    }
    said.extend(clearing::say(client).await?);
    Ok(said)
}

/// Functions and policies, all or nothing, and the record of it.
async fn apply_wall(client: &Client) -> Result<(), Error> {
    let failed = |step: &str, err: tokio_postgres::Error| Error::step(step, &err);
    client.batch_execute("begin").await.map_err(|err| failed("begin", err))?;
    // What somebody added by hand to ours must not survive, or it would be recorded as deployed.
    let before = clearing::before(client).await?;
    for (role, dir, files) in
        [("shikiri_keeper", "functions", FUNCTIONS), ("shikiri_owner", "policies", POLICIES)]
    {
        let become_it = format!("set local role {role}");
        client.batch_execute(&become_it).await.map_err(|err| failed(&become_it, err))?;
        for (name, text) in files {
            clearing::apply(client, &format!("sql/{dir}/{name}"), text).await?;
        }
    }
    let become_it = "set local role shikiri_keeper";
    client.batch_execute(become_it).await.map_err(|err| failed(become_it, err))?;
    for (name, text) in own_views() {
        clearing::apply(client, name, text).await?;
    }
    clearing::after(client, &before).await?;
    let record = "insert into shikiri_ops.deployment (source_digest, wall_digest) \
         values ($1, shikiri_seal.wall_digest())";
    client.execute(record, &[&source_digest()]).await.map_err(|err| failed("deployment", err))?;
    let history = "select shikiri_ops.record_wall('migrate')";
    client.batch_execute(history).await.map_err(|err| failed("the wall's history", err))?;
    client.batch_execute("commit").await.map_err(|err| failed("commit", err))
}

/// Migrates as a superuser who becomes the migrator: for throw-away databases of an audit.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_as(url: &str, login: super::Login) -> Result<MigrationReport, Error> {
    let mut client = connect(url).await?;
    let text = format!("set session authorization {}", login.role());
    client.batch_execute(&text).await.map_err(|err| Error::step(text, &err))?;
    migrate_with(&mut client).await
}
