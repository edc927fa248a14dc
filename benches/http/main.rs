//! Measures `GET /v1/slips?limit=20` through the wall: against the same service without it, against a peer that
//! filters by hand, and against pgbench with the same statement.
//!
//! Run `benches/http.sh`: it builds the two programs that this one is compared with, and passes them on.
//! Every server is a process of its own on the same Postgres; the order of the cases turns from round to round.

mod client;
mod events;
#[path = "../shared/ground.rs"]
mod ground;
mod measure;
#[path = "../shared/process.rs"]
mod process;
mod report;
mod serve;
mod target;

use std::{collections::HashMap, fmt::Write, fs, path::Path};

use ground::{FIRST_NUMBER, Ground, Res, STEP, WALLED, superuser};
use measure::{Figures, Postgres, pgbench, wrk};
use shikiri::{
    auth::{KeyRing, generate_key},
    dba::catalog::{self, Login},
    wall,
};
use target::{PEER_SECRET, Target, Tokens, token};

/// Billers, and slips of each: 500,025 rows.
const BILLERS: u32 = 113;
const SLIPS_EACH: u32 = 4_425;
/// Connections to Postgres that each server has, and pgbench.
pub const CONNECTIONS: usize = 8;
/// Clients of wrk: more than connections, so that a server is never idle.
const CLIENTS: usize = 16;
const ROUNDS: usize = 5;
const SECONDS: u32 = 4;
/// The database without a wall: a copy of the walled one whose slips have no row security.
const PLAIN: &str = "plain";

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// One biller.
    One,
    /// All of them, in random order: the connection was used by another one last.
    All,
}

/// The end of one page: our cursor behind it, and the last slip's name, by biller.
type Pages = Vec<Vec<(String, String)>>;

#[tokio::main]
async fn main() -> Res<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["serve", url, key_file] => serve::serve(url, key_file).await,
        ["run", plain, peer] => run(plain, peer).await,
        _ => {
            println!("http: nothing was measured; run benches/http.sh");
            Ok(())
        }
    }
}

async fn run(plain: &str, peer: &str) -> Res<()> {
    println!("loading {BILLERS} billers with {SLIPS_EACH} slips each");
    let ground = Ground::build(BILLERS, SLIPS_EACH).await?;
    events::add(&superuser(&ground.server, WALLED).await?).await?;
    let url = |database| ground.server.conninfo(Login::App.role(), database);
    tear_down(&ground).await?;
    let dir = tempfile::tempdir()?;
    let key_file = dir.path().join("key.pem");
    let pem = generate_key()?;
    fs::write(&key_file, &pem)?;
    let keys = KeyRing::new(&[pem])?;
    let key_file = key_file.to_string_lossy();
    let own = std::env::current_exe()?;
    let connections = CONNECTIONS.to_string();
    let peer_args =
        |test| [url(PLAIN), "127.0.0.1:0".into(), PEER_SECRET.into(), connections.clone(), test];
    let start_peer = |name, test: &str| {
        let args = peer_args(test.to_owned());
        Target::start(name, Tokens::Peer, peer, &args.each_ref().map(String::as_str))
    };
    let serve = |database| ["serve".to_owned(), url(database), key_file.to_string()];
    let (walled, unwalled) = (serve(WALLED), serve(PLAIN));
    let targets = [
        Target::start(
            "shikiri",
            Tokens::Session,
            &own.to_string_lossy(),
            &walled.each_ref().map(String::as_str),
        )?,
        Target::start(
            "the same without a wall",
            Tokens::Tenant,
            plain,
            &unwalled.each_ref().map(String::as_str),
        )?,
        start_peer("axum + sqlx, `test_before_acquire` off", "false")?,
        start_peer("axum + sqlx as it comes", "true")?,
    ];
    let pages = walk(&targets[0], &keys, &ground)?;
    agree(&targets, &keys, &ground, &pages)?;
    let client = superuser(&ground.server, "postgres").await?;
    let postgres = Postgres::of_backend(backend(&client).await?);
    let bench = Bench { ground: &ground, keys, pages, postgres, dir: dir.path(), targets };
    bench.rounds()
}

#[expect(clippy::disallowed_methods, reason = "a superuser asks for its own backend")]
async fn backend(client: &tokio_postgres::Client) -> Res<i32> {
    Ok(client.query_one("select pg_backend_pid()", &[]).await?.get(0))
}

/// Makes the database without a wall.
#[expect(clippy::disallowed_methods, reason = "a superuser takes down a wall of its own")]
async fn tear_down(ground: &Ground) -> Res<()> {
    // A template must have no connections: those that loaded it have just been let go.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let admin = ground.server.conninfo("postgres", "postgres");
    catalog::create_database(&admin, PLAIN, Some(WALLED)).await?;
    let text = "do $$ declare p record; begin
            for p in select policyname, tablename from pg_policies where schemaname = 'shikiri'
                and tablename in ('slip', 'slip_event', 'payment_event') loop
                execute format('drop policy %I on shikiri.%I', p.policyname, p.tablename);
                execute format('alter table shikiri.%I disable row level security', p.tablename);
                execute format('alter table shikiri.%I no force row level security', p.tablename);
            end loop; end $$;
        create or replace function shikiri_seal.preflight() returns void language sql as '';
        grant connect on database plain to shikiri_app; grant usage on schema shikiri, shikiri_seal to shikiri_app";
    let client = superuser(&ground.server, PLAIN).await?;
    client.batch_execute(text).await?;
    client
        .batch_execute(
            "vacuum (freeze, analyze) shikiri.slip, shikiri.slip_event, shikiri.payment_event",
        )
        .await?;
    Ok(())
}

/// Reads every biller's list through the wall, for cursors.
fn walk(target: &Target, keys: &KeyRing, ground: &Ground) -> Res<Pages> {
    let mut pages = Vec::new();
    for opened in &ground.sessions {
        let token = token(target.tokens, keys, opened)?;
        let mut path = "/v1/slips?limit=200".to_owned();
        let mut of_biller = Vec::new();
        loop {
            let page = client::get(&target.address, &path, &token)?;
            let Some(next) = page["page"]["next"].as_str() else { break };
            let last = page["data"].as_array().and_then(|it| it.last()).ok_or("an empty page")?;
            let last = last["id"].as_str().ok_or("no id")?;
            of_biller.push((next.to_owned(), last.to_owned()));
            path = format!("/v1/slips?limit=200&cursor={next}");
        }
        if of_biller.len() as u32 != (SLIPS_EACH - 1) / 200 {
            return Err(format!("a biller has {} pages", of_biller.len()).into());
        }
        pages.push(of_biller);
    }
    Ok(pages)
}

/// All servers must answer the same page: what is compared is how, not what.
fn agree(targets: &[Target], keys: &KeyRing, ground: &Ground, pages: &Pages) -> Res<()> {
    for biller in [0, 56, 112] {
        let mut first = None;
        for target in targets {
            let token = token(target.tokens, keys, &ground.sessions[biller])?;
            let page = client::get(&target.address, &path(target, &pages[biller][7]), &token)?;
            let data = page["data"].clone();
            if data.as_array().map(Vec::len) != Some(20) {
                return Err(format!("{}: not a page of 20", target.name).into());
            }
            if first.get_or_insert_with(|| data.clone()) != &data {
                return Err(format!("{} answers another page", target.name).into());
            }
        }
    }
    Ok(())
}

fn path(target: &Target, (cursor, last): &(String, String)) -> String {
    let cursor = if target.tokens == Tokens::Peer { last } else { cursor };
    format!("/v1/slips?limit=20&cursor={cursor}")
}

struct Bench<'a> {
    ground: &'a Ground,
    keys: KeyRing,
    pages: Pages,
    postgres: Postgres,
    dir: &'a Path,
    targets: [Target; 4],
}

impl Bench<'_> {
    fn rounds(&self) -> Res<()> {
        let scripts = self.scripts()?;
        let cases = self.targets.len() * 2 + scripts.len();
        let mut found: HashMap<(&str, Who), Vec<Figures>> = HashMap::new();
        // The first round only warms up: plans, pools, caches.
        for round in 0..=ROUNDS {
            for case in 0..cases {
                let case = (case + round) % cases;
                let (key, figures) = match case.checked_sub(scripts.len()) {
                    None => {
                        let (name, database, file) = &scripts[case];
                        ((*name, Who::One), self.pgbench(database, file)?)
                    }
                    Some(it) => {
                        let who = if it % 2 == 0 { Who::One } else { Who::All };
                        let target = &self.targets[it / 2];
                        ((target.name, who), self.wrk(target, who)?)
                    }
                };
                if 0 < round {
                    found.entry(key).or_default().push(figures);
                }
            }
        }
        report::print(&found);
        Ok(())
    }

    fn wrk(&self, target: &Target, who: Who) -> Res<Figures> {
        let mut text = String::new();
        for (n, opened) in self.ground.sessions.iter().enumerate() {
            if who == Who::All || n == 56 {
                let token = token(target.tokens, &self.keys, opened)?;
                for page in &self.pages[n] {
                    writeln!(text, "{}\t{token}", path(target, page))?;
                }
            }
        }
        let file = self.dir.join("requests");
        fs::write(&file, text)?;
        wrk(target, &self.postgres, &file, CLIENTS, SECONDS)
    }

    fn pgbench(&self, database: &str, script: &Path) -> Res<Figures> {
        let opened = &self.ground.sessions[56];
        let secret = match database {
            WALLED => opened.secret.clone(),
            _ => opened.tenant_id.0.to_string(),
        };
        let conninfo = self.ground.server.conninfo(Login::App.role(), database);
        pgbench(&conninfo, &self.postgres, script, &secret, CONNECTIONS, SECONDS)
    }

    /// The statement as the service sends it, with pgbench's variables; and the same without a wall.
    fn scripts(&self) -> Res<[(&'static str, &'static str, std::path::PathBuf); 2]> {
        let list = include_str!("../../sql/queries/slips/list.sql");
        let by_hand = list
            .replace("where (s.", "where s.tenant_id = $12::integer and (s.")
            .replace("where e.bill_number", "where e.tenant_id = s.tenant_id and e.bill_number");
        let write = |name: &str, text: &str| -> Res<std::path::PathBuf> {
            let mut text = text.to_owned();
            // Conditions that nobody asked for are null, and pgbench cannot send one: they are written out.
            let values = [
                (12, ":secret"),
                (11, "21"),
                (10, "null"),
                (9, "null"),
                (8, "null"),
                (7, "null"),
                (6, "null"),
                (5, "null"),
                (4, ":high"),
                (3, ":low"),
                (2, "0"),
                (1, ":after"),
            ];
            for (n, value) in values {
                text = text.replace(&format!("${n}"), value);
            }
            let file = self.dir.join(name);
            let last = SLIPS_EACH - 30;
            let head = format!(
                "\\set after {FIRST_NUMBER} + {STEP} * random(0, {last})\n\\set low 1000000000000000\n\
                 \\set high 9999999999999999\n"
            );
            fs::write(&file, format!("{head}{text};\n"))?;
            Ok(file)
        };
        Ok([
            (
                "pgbench, the sealed statement",
                WALLED,
                write("sealed.sql", &wall::one_statement(list, 11))?,
            ),
            ("pgbench, filtered by hand", PLAIN, write("by_hand.sql", &by_hand)?),
        ])
    }
}
