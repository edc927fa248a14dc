//! A replay from an empty server to the report, and nothing left behind.

use std::{
    fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    dba::catalog::{self, Login},
    lab::{
        self, Ground, Launcher, Say, Stage, load,
        naive::Naive,
        replay::{Error, Report, Script, naive_side, report::WorldFigures, shikiri_side, verdict},
        world_of_2023::{Shape, World2023},
    },
    report::FontChain,
};

/// The database that a replay makes, and drops.
const DATABASE: &str = "shikiri_replay";

/// The role of the naive twin.
const NAIVE_ROLE: &str = "naive_app";

/// How to get a server.
pub enum Place {
    /// Start one from the machine's binaries.
    Launch(lab::Options),
    /// Use this one, which must be empty: a superuser's connection string.
    Url(String),
}

/// A replay of the accident of 2023-03-20.
pub struct Options {
    /// Where.
    pub place: Place,
    /// With which figures.
    pub shape: Shape,
    /// How often the list is printed.
    pub runs: u32,
    /// Where `naive.pdf`, `shikiri.pdf` and `report.json` go.
    pub out: PathBuf,
    /// TrueType files, first choice first.
    pub fonts: Vec<PathBuf>,
}

/// Acts the accident on a server, and removes everything but the files in [`Options::out`].
///
/// # Errors
/// When it could not be acted to its end. A leak is no error: see [`Report::succeeded`].
pub async fn run(options: Options, say: Say<'_>) -> Result<Report, Error> {
    let Options { place, shape, runs, out, fonts } = options;
    fs::create_dir_all(&out).map_err(Error::io("make the directory of the report"))?;
    let loading = move || Ok::<_, Error>((FontChain::load(&fonts)?, World2023::new(shape)?));
    let (fonts, world) =
        tokio::task::spawn_blocking(loading).await.map_err(|_| Error::Thread)??;
    let (fonts, world) = (Arc::new(fonts), Arc::new(world));
    let script = Script { runs, second_login: true, out, fonts, naive_role: NAIVE_ROLE.to_owned() };
    match place {
        Place::Launch(options) => {
            let server = launch(options, say).await?;
            let ground = Ground::of_server(&server)?;
            let acted = stage_and_act(ground, &world, &script, say).await;
            server.stop().map_err(crate::lab::StageError::Lab)?;
            acted
        }
        Place::Url(url) => {
            let ground = Ground::of_url(&url)?;
            if catalog::database_exists(&ground.admin(), DATABASE).await? {
                return Err(Error::DatabaseExists(DATABASE.to_owned()));
            }
            ground.check_is_free(DATABASE).await?;
            let acted = stage_and_act(ground.clone(), &world, &script, say).await;
            let cleaned = clean(&ground).await;
            acted.and_then(|report| cleaned.map(|()| report))
        }
    }
}

async fn launch(options: lab::Options, say: Say<'_>) -> Result<lab::Server, Error> {
    let starting = move || Launcher::start(options).map_err(crate::lab::StageError::Lab);
    let server = tokio::task::spawn_blocking(starting).await.map_err(|_| Error::Thread)??;
    say(&format!("a PostgreSQL {} of our own", server.version()));
    Ok(server)
}

async fn stage_and_act(
    ground: Ground,
    world: &Arc<World2023>,
    script: &Script,
    say: Say<'_>,
) -> Result<Report, Error> {
    let acting = async {
        let stage = Stage::set(ground, DATABASE, world, say).await?;
        let acted = act(&stage, world, script, say).await;
        stage.close();
        acted
    };
    tokio::select! {
        acted = acting => acted,
        _ = tokio::signal::ctrl_c() => Err(Error::Interrupted),
    }
}

/// Removes what a replay made on a server that it did not make.
async fn clean(ground: &Ground) -> Result<(), Error> {
    let admin = ground.admin();
    catalog::drop_database(&admin, DATABASE).await?;
    catalog::drop_role(&admin, NAIVE_ROLE).await?;
    for role in Login::ALL.map(Login::role).into_iter().chain(["shikiri_owner", "shikiri_keeper"]) {
        catalog::drop_role(&admin, role).await?;
    }
    Ok(())
}

/// Acts the accident on a stage that is set, and writes the files.
///
/// # Errors
/// When it could not be acted to its end.
pub async fn act(
    stage: &Stage,
    world: &Arc<World2023>,
    script: &Script,
    say: Say<'_>,
) -> Result<Report, Error> {
    let started = Instant::now();
    let mut naive =
        Naive::install(&stage.ground, &stage.database, &script.naive_role, world).await?;
    say(&format!("naive: the same slips in one table: {:.1} s", started.elapsed().as_secs_f32()));
    let late = world.late.clone();
    let between = async |naive: &Naive| {
        naive.register(std::slice::from_ref(&late)).await?;
        let clerk = stage.clerks[late.biller].enter(&stage.pool, &stage.keys).await?;
        load::register(&stage.pool, &clerk, std::slice::from_ref(&late.slip)).await?;
        Ok(())
    };
    let acted = naive_side::act(&mut naive, world, script, say, between).await?;
    let cases = shikiri_side::act(stage, world, script, say).await?;
    let rows_of_others = shikiri_side::rows_of_others(stage).await.unwrap_or_else(|err| {
        say(&format!("shikiri: the rows of the others cannot be counted: {err}"));
        0
    });
    let report = verdict::judge(Report {
        scenario: "mufg-2023",
        data: "synthetic: no person and no company of it exists",
        world: WorldFigures {
            billers: world.shape.billers,
            slips: world.shape.slips,
            printing_rows: world.shape.printing_rows,
            largest_rows: world.shape.largest_rows,
            window: world.shape.window,
        },
        naive_before: acted.before,
        naive_runs: acted.runs,
        naive_union: acted.union,
        shikiri_rows_of_others: rows_of_others,
        shikiri: cases,
        naive_leaked: false,
        shikiri_held: false,
        broken_facts: Vec::new(),
        seconds: Duration::as_secs_f64(&started.elapsed()),
    });
    let text = serde_json::to_string_pretty(&report)
        .map_err(|err| Error::io("write report.json")(err.into()))?;
    let path = script.out.join("report.json");
    fs::write(path, text + "\n").map_err(Error::io("write report.json"))?;
    Ok(report)
}
