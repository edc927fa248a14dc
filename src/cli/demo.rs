//! `shikiri demo`: the service with the world of 2023 in it, on loopback, until Ctrl-C.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    auth::KeyRing,
    cli::{Failure, service},
    config::{Env, Serve},
    dba::catalog::Login,
    export::Proof,
    lab::{
        self, Ground, Launcher, Server, Stage,
        world_of_2023::{LARGEST, PRINTING, Shape, World2023},
    },
};

/// The database that a demonstration makes.
const DATABASE: &str = "shikiri_demo";

/// Arguments of `shikiri demo`.
#[derive(clap::Args)]
pub struct DemoArgs {
    /// Slips in all, at least 40377.
    #[arg(long, default_value_t = Shape::ACCIDENT.slips)]
    slips: u32,
    /// Keep the data in this directory, and find them there again.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// An empty server to use, as a superuser; the database shikiri_demo stays on it.
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "pg_bin"])]
    database_url: Option<String>,
    /// Port on 127.0.0.1; 0 takes any.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Directory of Postgres server binaries (SHIKIRI_PG_BIN).
    #[arg(long, value_name = "DIR")]
    pg_bin: Option<PathBuf>,
}

/// Sets the stage, serves it, and takes everything down again.
///
/// # Errors
/// When there is no server, the stage cannot be set, or the port is taken.
pub async fn run(args: DemoArgs, env: &Env) -> Result<(), Failure> {
    let shown = async {
        let world = Arc::new(World2023::new(Shape::of_slips(args.slips)?)?);
        let (server, ground) = ground(&args, env).await?;
        let stage = Stage::set(ground, DATABASE, &world, &|line| println!("  {line}")).await?;
        // The service has pools of its own.
        stage.close();
        Ok::<_, Failure>((world, server, stage))
    };
    let (world, server, stage) = tokio::select! {
        shown = shown => shown?,
        () = service::stop_signal() => return Err("stopped before it was ready".into()),
    };
    let files = tempfile::tempdir()?;
    let kept = args.data.as_deref().unwrap_or(files.path());
    let config = config(&args, env, &stage, kept)?;
    Proof::in_dir(&config.key_dir).make_missing()?;
    let service = service::assemble(&config, KeyRing::new(std::slice::from_ref(&stage.key_pem))?)?;
    service.check().await?;
    service.run(|address| welcome(address, &world, &stage), service::stop_signal()).await?;
    if let Some(server) = server {
        server.stop()?;
    }
    println!("\nstopped{}", left_behind(&args));
    Ok(())
}

/// A server of our own, or the one that was named.
async fn ground(args: &DemoArgs, env: &Env) -> Result<(Option<Server>, Ground), Failure> {
    if let Some(url) = &args.database_url {
        return Ok((None, Ground::of_url(url)?));
    }
    let options = lab::Options {
        binaries: args.pg_bin.clone().or_else(|| env.get("SHIKIRI_PG_BIN").map(PathBuf::from)),
        search_path: env.search_path.clone(),
        data: args.data.clone(),
        ..lab::Options::default()
    };
    let server = tokio::task::spawn_blocking(|| Launcher::start(options)).await??;
    println!("  a PostgreSQL {} of our own", server.version());
    let ground = Ground::of_server(&server)?;
    Ok((Some(server), ground))
}

fn config(args: &DemoArgs, env: &Env, stage: &Stage, kept: &Path) -> Result<Serve, Failure> {
    let url = |login: Login| stage.ground.role(login.role(), &stage.database);
    Ok(Serve {
        app_url: url(Login::App),
        checker_url: url(Login::Checker),
        listen: SocketAddr::from(([127, 0, 0, 1], args.port)),
        listen_admin: SocketAddr::from(([127, 0, 0, 1], 0)),
        // Of certificates and page codes; the key of tokens is made anew each time, and is in no directory.
        key_dir: kept.join("keys"),
        artefact_dir: kept.join("artefacts"),
        artefact_key_dir: kept.join("artefact-keys"),
        fonts: env.fonts(),
        contact: "見本運用窓口 000-0000-0000".to_owned(),
        pool_app: 8,
        pool_checker: 2,
        exports_running: 2,
        accept_old_postgres: env.accept_old_postgres()?,
    })
}

fn left_behind(args: &DemoArgs) -> String {
    match (&args.data, &args.database_url) {
        (Some(data), _) => format!("; the data are in {}", data.display()),
        (None, Some(_)) => format!("; the database {DATABASE} and shikiri's roles are still there"),
        (None, None) => "; nothing is left behind".to_owned(),
    }
}

/// Says who can log in, and what to paste.
fn welcome(address: SocketAddr, world: &World2023, stage: &Stage) {
    println!("\nserving on http://{address} (billers, people and slips are invented)\n");
    println!("{:<6} {:<8} {:<22} biller", "code", "login", "password");
    for place in [PRINTING, LARGEST, LARGEST + 1] {
        let (biller, clerk) = (&world.billers[place], &stage.clerks[place]);
        let (code, name) = (biller.code.as_str(), biller.name.as_str());
        println!("{code:<6} {:<8} {:<22} {name}", clerk.login, clerk.password);
    }
    let clerk = &stage.clerks[PRINTING];
    let login = (clerk.tenant_code.as_str(), clerk.login.as_str(), clerk.password.as_str());
    println!("\nPaste into a shell (a token lives five minutes):\n");
    for line in pasted(address, login, world.shape.printing_rows) {
        println!("{line}\n");
    }
    println!("Ctrl-C stops everything.");
}

/// Three lines for a plain shell with curl: log in, list, export to a file.
fn pasted(
    address: SocketAddr,
    (code, login, password): (&str, &str, &str),
    rows: u32,
) -> [String; 3] {
    let url = format!("http://{address}/v1");
    let json = "-H 'content-type: application/json'";
    let bearer = "-H \"authorization: Bearer $token\"";
    let login = format!(
        r#"{{"tenant_code":"{code}","login":"{login}","password":"{password}","on_conflict":"take_over"}}"#
    );
    let order =
        format!(r#"{{"report":"slip_list","filter":{{"all":true}},"expect":{{"rows":{rows}}}}}"#);
    let field = |name: &str| format!(r#"sed -n 's/.*"{name}": *"\([^"]*\)".*/\1/p'"#);
    [
        format!(
            "token=$(curl -s {url}/sessions {json} -d '{login}' | {}); echo \"token: ${{#token}} characters\"",
            field("token")
        ),
        format!("curl -s '{url}/slips?limit=3' {bearer}; echo"),
        format!(
            "id=$(curl -s {url}/exports {json} {bearer} -H \"idempotency-key: demo-$(date +%s)\" -d '{order}' | {}); \
             for second in 1 2 3 4 5 6 7 8 9 10; do \
             curl -sf -o list-$id.pdf {url}/exports/$id/file {bearer} && break; sleep 1; done; ls -l list-$id.pdf",
            field("id")
        ),
    ]
}
