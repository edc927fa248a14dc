//! `shikiri migrate`: tables by refinery, then functions and policies in one transaction.

use refinery::{Report, Runner};
use tokio_postgres::Client;

use super::{
    Error, clearing, connect,
    install::own_views,
    seal::{Seal, SealChoice, SealWish},
    sources::{FUNCTIONS, POLICIES, SEAL, source_digest},
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
    /// How the seal is held from then on.
    pub seal: Seal,
    /// Digest of the live wall afterwards; none when only planning on an empty database.
    pub wall_digest: Option<String>,
    /// What differed from the last deployment, what is a guest's, and what was in no file, a sentence each; as it was
    /// found before anything was done.
    pub said: Vec<String>,
}

/// The migration that threw away every key of the seal.
const KEYS_THROWN_AWAY: &str = "V10__";

impl MigrationReport {
    /// What a DBA must know of what was done, besides what was done.
    pub fn advisory(&self) -> Option<&'static str> {
        let has = |prefix: &str| self.migrations.iter().any(|it| it.starts_with(prefix));
        // A database that begins now had no key that anybody could have seen.
        (has(KEYS_THROWN_AWAY) && !has("V1__")).then_some(
            "security advisory: up to this version a login of the application, the checker or the operator could \
             have the key of the seal printed, and with it read any biller's rows. Every key is thrown away and every \
             seal with it; transactions that were open fail once. SECURITY.md says how to look for a use of it.",
        )
    }
}

fn runner() -> Runner {
    let mut runner =
        embedded::migrations::runner().set_abort_divergent(true).set_abort_missing(true);
    runner.set_migration_table_name(HISTORY);
    runner
}

/// Brings a database up to this program, under an advisory lock. The seal is held as the last deployment was asked to.
///
/// # Errors
/// When the login is not the migrator's, a file fails, or an applied migration differs from its file.
pub async fn migrate(url: &str) -> Result<MigrationReport, Error> {
    migrate_sealed(url, None).await
}

/// [`migrate`], with a wish of how to hold the seal. Later deployments keep to it.
///
/// # Errors
/// As [`migrate`], and when the wish cannot be had.
pub async fn migrate_sealed(url: &str, wish: Option<SealWish>) -> Result<MigrationReport, Error> {
    migrate_with(&mut connect(url).await?, wish).await
}

async fn migrate_with(
    client: &mut Client,
    wish: Option<SealWish>,
) -> Result<MigrationReport, Error> {
    let lock = format!("select pg_advisory_lock({LOCK}); set role shikiri_keeper");
    client.batch_execute(&lock).await.map_err(|err| {
        Error::step("becoming shikiri_keeper (is this the migrator's login, and was `shikiri bootstrap` run?)", &err)
    })?;
    needs_bootstrap(client).await?;
    // Before anything is changed: a wish that cannot be had changes nothing.
    let choice = choose(client, wish).await?;
    let report: Report = runner()
        .run_async(client)
        .await
        .map_err(|err| Error::Step { step: "migrations".to_owned(), reason: err.to_string() })?;
    let migrations = report.applied_migrations().iter().map(ToString::to_string).collect();
    let state = wall(client).await?;
    let wall_applied = !state.is_current(choice);
    let said = if wall_applied { say(client, &state).await? } else { Vec::new() };
    if wall_applied {
        apply_wall(client, choice).await?;
    }
    let wall_digest = wall(client).await?.live;
    Ok(MigrationReport { migrations, wall_applied, seal: choice.seal, wall_digest, said })
}

/// The wish, else that of the last deployment, and what of it can be had.
async fn choose(client: &Client, wish: Option<SealWish>) -> Result<SealChoice, Error> {
    let text = "select to_regclass('shikiri_ops.deployment') is not null";
    let failed = |err: tokio_postgres::Error| Error::step("reading the last deployment", &err);
    let deployed = client.query_one(text, &[]).await.map_err(failed)?.get::<_, bool>(0);
    let kept = if wish.is_none() && deployed { deployment(client).await? } else { None };
    let kept = kept.and_then(|it| it.wish);
    let wish = wish.or(kept).unwrap_or_default();
    Ok(SealChoice { wish, seal: wish.resolve(client).await? })
}

/// Says what [`migrate`] would do. Changes nothing.
///
/// # Errors
/// When the database cannot be asked.
pub async fn plan(url: &str) -> Result<MigrationReport, Error> {
    plan_sealed(url, None).await
}

/// [`plan`], for [`migrate_sealed`].
///
/// # Errors
/// As [`plan`], and when the wish cannot be had.
pub async fn plan_sealed(url: &str, wish: Option<SealWish>) -> Result<MigrationReport, Error> {
    let mut client = connect(url).await?;
    let role = "set role shikiri_keeper; begin read only";
    client.batch_execute(role).await.map_err(|err| Error::step("becoming shikiri_keeper", &err))?;
    needs_bootstrap(&client).await?;
    let choice = choose(&client, wish).await?;
    let seal = choice.seal;
    let exists = "select to_regclass('shikiri_ops.schema_history') is not null";
    let row = client.query_one(exists, &[]).await.map_err(|err| Error::step("plan", &err))?;
    let all = || runner().get_migrations().iter().map(ToString::to_string).collect::<Vec<_>>();
    if !row.get::<_, bool>(0) {
        return Ok(MigrationReport {
            migrations: all(),
            wall_applied: true,
            seal,
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
    let wall_applied = !state.is_current(choice);
    let said = if wall_applied { say(&client, &state).await? } else { Vec::new() };
    Ok(MigrationReport { migrations, wall_applied, seal, wall_digest: state.live, said })
}

/// Fails when [`migrate`] would do anything.
///
/// # Errors
/// When something is pending, with what it is.
pub async fn check(url: &str) -> Result<MigrationReport, Error> {
    check_sealed(url, None).await
}

/// [`check`], for [`migrate_sealed`].
///
/// # Errors
/// As [`check`], and when the wish cannot be had.
pub async fn check_sealed(url: &str, wish: Option<SealWish>) -> Result<MigrationReport, Error> {
    let planned = plan_sealed(url, wish).await?;
    if !planned.migrations.is_empty() {
        return Err(Error::Pending(format!(
            "pending migrations: {}",
            planned.migrations.join(", ")
        )));
    }
    if planned.wall_applied {
        let why = "functions, policies, grants or the way of the seal are not what this program's sql/ makes, or not \
                   as they were deployed";
        let found = planned.said.join("; ");
        let found = if found.is_empty() { String::new() } else { format!(": {found}") };
        return Err(Error::Pending(format!(
            "{why} (the seal: by {}){found}",
            planned.seal.as_str()
        )));
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
    deployed: Option<Deployment>,
}

/// The last deployment. What an earlier version did not write is absent.
struct Deployment {
    wall: String,
    source: String,
    wish: Option<SealWish>,
    seal: Option<String>,
}

impl Wall {
    fn is_current(&self, choice: SealChoice) -> bool {
        let Some(deployed) = &self.deployed else { return false };
        deployed.source == source_digest()
            && self.live.as_ref() == Some(&deployed.wall)
            && deployed.wish == Some(choice.wish)
            && deployed.seal.as_deref() == Some(choice.seal.as_str())
    }
}

async fn wall(client: &Client) -> Result<Wall, Error> {
    let failed = |err: tokio_postgres::Error| Error::step("reading the wall's digest", &err);
    let there = "select to_regprocedure('shikiri_seal.wall_digest()') is not null";
    if !client.query_one(there, &[]).await.map_err(failed)?.get::<_, bool>(0) {
        return Ok(Wall { live: None, deployed: None });
    }
    let text = "select shikiri_seal.wall_digest()";
    let row = client.query_one(text, &[]).await.map_err(failed)?;
    Ok(Wall { live: Some(row.get(0)), deployed: deployment(client).await? })
}

async fn deployment(client: &Client) -> Result<Option<Deployment>, Error> {
    // As JSON: an earlier version's table has fewer columns.
    let text = "select d.wall_digest, d.source_digest, to_jsonb(d) ->> 'seal_wish', to_jsonb(d) ->> 'seal' \
         from shikiri_ops.deployment d order by d.deployment_id desc limit 1";
    let row = client
        .query_opt(text, &[])
        .await
        .map_err(|err| Error::step("reading the last deployment", &err))?;
    Ok(row.map(|row| Deployment {
        wall: row.get(0),
        source: row.get(1),
        wish: row.get::<_, Option<String>>(2).and_then(|it| SealWish::parse(&it)),
        seal: row.get(3),
    }))
}

/// What differs, and what is not ours. An earlier version's database cannot say what differs.
async fn say(client: &Client, state: &Wall) -> Result<Vec<String>, Error> {
    let mut said = Vec::new();
    let text = "select to_regprocedure('shikiri_seal.wall_differences()') is not null";
    let row = client.query_one(text, &[]).await.map_err(|err| Error::step(text, &err))?;
    if row.get::<_, bool>(0)
        && state.live.as_deref() != state.deployed.as_ref().map(|it| it.wall.as_str())
    {
        let text = "select d from shikiri_seal.wall_differences() d (d)";
        let rows = client.query(text, &[]).await.map_err(|err| Error::step(text, &err))?;
        said.extend(rows.iter().map(|row| row.get::<_, String>(0)));
    }
    said.extend(clearing::say(client).await?);
    Ok(said)
}

/// Functions and policies, all or nothing, and the record of it.
async fn apply_wall(client: &Client, choice: SealChoice) -> Result<(), Error> {
    let failed = |step: &str, err: tokio_postgres::Error| Error::step(step, &err);
    client.batch_execute("begin").await.map_err(|err| failed("begin", err))?;
    // What somebody added by hand to ours must not survive, or it would be recorded as deployed.
    let before = clearing::before(client).await?;
    let seal = choice.seal.file().into_iter().collect::<Vec<_>>();
    let pins = SEAL.iter().filter(|(name, _)| *name == "pins.sql").collect::<Vec<_>>();
    for (role, dir, files) in [
        ("shikiri_keeper", "seal", seal),
        ("shikiri_keeper", "functions", FUNCTIONS.iter().collect()),
        // When all of the keeper's functions are there.
        ("shikiri_keeper", "seal", pins),
        ("shikiri_owner", "policies", POLICIES.iter().collect()),
    ] {
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
    let record = "insert into shikiri_ops.deployment (source_digest, wall_digest, seal_wish, seal) \
         values ($1, shikiri_seal.wall_digest(), $2, shikiri_vault.seal_way())";
    client
        .execute(record, &[&source_digest(), &choice.wish.as_str()])
        .await
        .map_err(|err| failed("deployment", err))?;
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
    migrate_with(&mut client, None).await
}
