//! `shikiri audit`: rules and attempts on a database. Its exit codes are its own: 0 clean and complete, 1 findings,
//! 2 could not run, 3 not everything could be tried, 4 the self-test failed.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use time::OffsetDateTime;

use crate::{
    audit::{
        self, Report, Severity, Verdict,
        attempts::Depth,
        config::Config,
        render::{self, Language},
    },
    cli::{Failure, audit_http},
    config::Env,
    dba::catalog::{self, Login},
};

/// Where a configuration is looked for.
const CONFIG: &str = "shikiri-audit.toml";

/// Arguments of `shikiri audit`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: Option<AuditCommand>,
    /// Catalogue rules only: no login of a runtime role.
    #[arg(long, conflicts_with = "writes")]
    r#static: bool,
    /// Also try changes, in transactions that are rolled back. For staging and CI: locks are taken for a moment.
    #[arg(long)]
    writes: bool,
    /// Also ask a running shikiri at this address, through REST and PDF, as each probe biller (X17).
    #[arg(long, value_name = "URL", conflicts_with = "config")]
    http: Option<String>,
    /// The configuration. Without it ./shikiri-audit.toml, or a database of shikiri's own by SHIKIRI_DATABASE_URL_*.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How the report is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// In which language its fixed words are.
    #[arg(long, value_enum, default_value = "en")]
    lang: Lang,
    /// Leave findings out that this older JSON report has.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Say what changed since this older JSON report: findings, and who can now what they could not.
    #[arg(long, value_name = "FILE")]
    diff: Option<PathBuf>,
    /// Exit 1 from this severity on.
    #[arg(long, value_name = "SEVERITY", default_value = "high", value_parser = severity)]
    fail_on: Severity,
    /// Say what an id means, and audit nothing.
    #[arg(long, value_name = "ID")]
    explain: Option<String>,
    /// With --explain: print the rule's statement instead.
    #[arg(long, requires = "explain")]
    sql: bool,
    /// Print the fixes as a script instead of the report.
    #[arg(long)]
    fix: bool,
    /// Plant faults in throw-away databases of SHIKIRI_DATABASE_URL_ADMIN's server: every one must be seen.
    #[arg(long)]
    self_test: bool,
    /// With --self-test: only files whose name begins so.
    #[arg(long, value_name = "NAME", requires = "self_test")]
    only: Option<String>,
    /// With --self-test: plant this file alone, over a correct design. Was it seen?
    #[arg(long, value_name = "FILE", requires = "self_test", conflicts_with = "only")]
    plant: Option<PathBuf>,
    /// Break a copy of the schema, one thing at a time: how much of it is noticed?
    #[arg(long)]
    mutate: bool,
}

/// What to do besides auditing.
#[derive(clap::Subcommand)]
pub enum AuditCommand {
    /// Write a first shikiri-audit.toml from the catalogue of SHIKIRI_DATABASE_URL_ADMIN, to standard output.
    Init,
    /// List the walls that were recorded, or those whose digest begins so.
    History {
        /// A digest, or its beginning: the one that a certificate names.
        digest: Option<String>,
        /// Write the live wall down first, if it is new.
        #[arg(long)]
        record: bool,
    },
    /// Say what changed between two recorded walls.
    Diff {
        /// The number or the beginning of the digest of the first.
        a: String,
        /// Of the second.
        b: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Sarif,
    Junit,
    Html,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Lang {
    Ja,
    En,
}

fn severity(text: &str) -> Result<Severity, String> {
    Severity::parse(text).ok_or_else(|| "critical, high, medium, low or info".to_owned())
}

/// Audits. Whatever goes wrong on the way is exit code 2.
pub async fn run(args: AuditArgs, env: &Env) -> ExitCode {
    match act(args, env).await {
        Ok(verdict) => ExitCode::from(verdict.code()),
        Err(err) => {
            eprintln!("shikiri audit: {err}");
            ExitCode::from(Verdict::CouldNotRun.code())
        }
    }
}

async fn act(args: AuditArgs, env: &Env) -> Result<Verdict, Failure> {
    match &args.command {
        Some(command) => return other(command, env).await.map(|()| Verdict::Clean),
        None if args.self_test => return self_test(&args, env).await,
        None if args.mutate => return mutate(env).await,
        None => {}
    }
    if let Some(id) = &args.explain {
        let page = || audit::explain(id).map(|it| for_a_reader(&it));
        let text = if args.sql { audit::rule_sql(id) } else { page() };
        let what = if args.sql { "no rule with a statement" } else { "no rule and no attempt" };
        println!("{}", text.ok_or_else(|| format!("{id} is {what}"))?.trim_end());
        return Ok(Verdict::Clean);
    }
    let depth = match (args.r#static, args.writes) {
        (true, _) => Depth::Static,
        (_, true) => Depth::Writes,
        _ => Depth::Reads,
    };
    let config = config(args.config.as_ref(), env).await?;
    let mut report = audit::conduct(&config, depth, OffsetDateTime::now_utc()).await?;
    if let Some(url) = &args.http {
        if config.wall.is_none() {
            return Err(
                "--http asks a service of shikiri's own: not with a shikiri-audit.toml".into()
            );
        }
        audit_http::ask(url, env, &mut report).await?;
    }
    if let Some(path) = &args.baseline {
        let known = render::baseline(&mut report, &read(path)?)?;
        eprintln!("{known} findings are in the baseline and left out");
    }
    print!("{}", rendered(&args, &report)?);
    Ok(report.verdict(args.fail_on))
}

fn rendered(args: &AuditArgs, report: &Report) -> Result<String, Failure> {
    let language = match args.lang {
        Lang::Ja => Language::Ja,
        Lang::En => Language::En,
    };
    if let Some(path) = &args.diff {
        return Ok(for_a_reader(&render::diff(report, &read(path)?)?));
    }
    if args.fix {
        // SQL stays as it is: a name may hold a blank.
        return Ok(render::fold_comments(&render::fixes(report)));
    }
    Ok(match args.format {
        Format::Text => for_a_reader(&render::text(report, language)),
        Format::Json => render::json(report),
        Format::Sarif => render::sarif(report),
        Format::Junit => render::junit(report),
        Format::Html => render::html(report, language),
    })
}

/// A terminal folds by itself, and a script looks for whole lines in JSON.
fn for_a_reader(text: &str) -> String {
    if std::io::stdout().is_terminal() { text.to_owned() } else { render::fold(text) }
}

fn read(path: &PathBuf) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|err| format!("{}: {err}", path.display()).into())
}

/// The file that was named, else the one that lies here, else a database of shikiri's own.
async fn config(path: Option<&PathBuf>, env: &Env) -> Result<Config, Failure> {
    let here = PathBuf::from(CONFIG);
    match path.or(here.exists().then_some(&here)) {
        Some(path) => Ok(Config::read(path, &crate::config::any_variable)?),
        None => {
            let other = |login: Login, name: &str| env.get(name).map(|it| (login, it.to_owned()));
            let urls = audit::Urls {
                admin: env.need("SHIKIRI_DATABASE_URL_ADMIN")?.to_owned(),
                app: env.need("SHIKIRI_DATABASE_URL_APP")?.to_owned(),
                operator: env.need("SHIKIRI_DATABASE_URL_OPERATOR")?.to_owned(),
                others: [
                    other(Login::Checker, "SHIKIRI_DATABASE_URL_CHECKER"),
                    other(Login::Auditor, "SHIKIRI_DATABASE_URL_AUDITOR"),
                ]
                .into_iter()
                .flatten()
                .collect(),
            };
            catalog::record_wall(&urls.operator).await?;
            Ok(audit::own(&urls, Vec::new()).await?)
        }
    }
}

async fn other(command: &AuditCommand, env: &Env) -> Result<(), Failure> {
    let operator = || env.need("SHIKIRI_DATABASE_URL_OPERATOR");
    match command {
        AuditCommand::Init => {
            let url = env.need("SHIKIRI_DATABASE_URL_ADMIN")?;
            print!("{}", audit::init(url, "${SHIKIRI_DATABASE_URL_ADMIN}").await?);
        }
        AuditCommand::History { digest, record } => {
            if *record && catalog::record_wall(operator()?).await? {
                println!("recorded: it is new");
            }
            let mut walls = catalog::walls(operator()?).await?;
            if let Some(digest) = digest {
                walls.retain(|it| it.wall_digest.starts_with(digest));
                if walls.is_empty() {
                    return Err(format!("no recorded wall begins with {digest}").into());
                }
            }
            print!("{}", render::history(&walls, &catalog::live_wall(operator()?).await?));
        }
        AuditCommand::Diff { a, b } => {
            let walls = catalog::walls(operator()?).await?;
            let find = |it: &str| {
                walls
                    .iter()
                    .find(|wall| {
                        wall.wall_id.to_string() == *it || wall.wall_digest.starts_with(it)
                    })
                    .ok_or_else(|| format!("no recorded wall is {it}: see `shikiri audit history`"))
            };
            print!("{}", render::history_diff(find(a)?, find(b)?));
        }
    }
    Ok(())
}

async fn self_test(args: &AuditArgs, env: &Env) -> Result<Verdict, Failure> {
    let url = env.need("SHIKIRI_DATABASE_URL_ADMIN")?;
    let say = |it: &audit::self_test::Seen| {
        let mark = if it.passed() { "ok    " } else { "MISSED" };
        println!("{mark} {:34} {}", it.name, it.found.join(", "));
    };
    let seen = match &args.plant {
        Some(path) => {
            let seen =
                audit::self_test::plant(url, &path.display().to_string(), &read(path)?).await?;
            say(&seen);
            vec![seen]
        }
        None => audit::self_test::self_test(url, args.only.as_deref(), &say).await?,
    };
    let missed = seen.iter().filter(|it| !it.passed()).count();
    println!("{} planted, {missed} not seen as they are", seen.len());
    if seen.is_empty() {
        return Err("no file has such a name".into());
    }
    Ok(if missed == 0 { Verdict::Clean } else { Verdict::SelfTestFailed })
}

async fn mutate(env: &Env) -> Result<Verdict, Failure> {
    let url = env.need("SHIKIRI_DATABASE_URL_ADMIN")?;
    let score = audit::mutate::mutate(url, &|line| println!("{line}")).await?;
    println!(
        "{} of {} mutations are noticed, {} of them by the wall's lines alone (W01)",
        score.noticed, score.made, score.by_lines_alone
    );
    Ok(if score.noticed == score.made { Verdict::Clean } else { Verdict::SelfTestFailed })
}
