//! Measures a list PDF of 40,000 rows from Postgres, end to end: from the order to the released file.
//!
//! `cargo bench --features testkit --bench export`. CPU is that of this process (the service), and beside it that of
//! the Postgres backends; memory is VmHWM above what the process had before its first export, with fonts loaded and
//! pools open: what the allocator keeps from one export to the next counts as used. A first export of each size is
//! not in the medians, so that no round pays for what is done once in a process.

#[path = "shared/ground.rs"]
mod ground;
#[path = "shared/process.rs"]
mod process;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ground::{Ground, Res, WALLED, config, superuser};
use process::{cpu_seconds, median, reset_peak, status};
use shikiri::{
    auth::{Envelope, KeyRing, VerifiedSession, generate_key},
    dba::catalog::Login,
    domain::{ExportState, Scope, SlipFilter, Wish},
    export::{Exporter, Order, Parts, Store},
    report::FontChain,
    statements::exports::GetExport,
    testkit::proof,
    wall::{Checker, Pool},
};
use tokio_postgres::Client;

const FONTS: [&str; 2] = [
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
];
const ROUNDS: usize = 5;
/// Rows of the two sizes: 20 pages, and the most that a list may have, 2,000 pages.
const SIZES: [u32; 2] = [400, 40_000];
const BILLERS: u32 = 4;

/// What one export took.
struct Figures {
    cpu: f64,
    database_cpu: f64,
    wall: f64,
    peak_kib: u64,
    bytes: i64,
}

#[tokio::main]
async fn main() -> Res<()> {
    println!("loading {BILLERS} billers with 40,000 slips each");
    let ground = Ground::build(BILLERS, SIZES[1]).await?;
    let admin = superuser(&ground.server, WALLED).await?;
    let pool = Pool::new(config(&ground.server, WALLED, Login::App, 4))?;
    let checker = Checker::new(config(&ground.server, WALLED, Login::Checker, 2))?;
    let artefacts = tempfile::tempdir()?;
    let exporter = Exporter::new(Parts {
        pool: pool.clone(),
        checker,
        fonts: Arc::new(FontChain::load(&FONTS)?),
        store: Store::open_dir(&artefacts.path().join("files"), &artefacts.path().join("keys"))?,
        proof: proof(artefacts.path()),
        contact: "収納代行サービス窓口　03-0000-0000（24 時間）".to_owned(),
        running_max: 1,
    });
    let keys = KeyRing::new(&[generate_key()?])?;
    let session = session(&keys, &ground)?;
    let idle_kib = reset_peak()?;
    println!("idle: {:.1} MiB", idle_kib as f64 / 1024.0);
    // The small one first: what it needs is measured before the large one has grown the process.
    for rows in SIZES {
        let first = export(&exporter, &pool, &session, &admin, rows, idle_kib).await?;
        println!(
            "first of {rows} rows: {:.1} MiB above idle, {:.2} CPU s",
            first.peak_kib as f64 / 1024.0,
            first.cpu
        );
    }
    let mut found: [Vec<Figures>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (rows, found) in SIZES.iter().zip(&mut found) {
            found.push(export(&exporter, &pool, &session, &admin, *rows, idle_kib).await?);
        }
    }
    table(&found);
    Ok(())
}

fn session(keys: &KeyRing, ground: &Ground) -> Res<VerifiedSession> {
    let opened = &ground.sessions[1];
    let envelope = Envelope {
        secret: &opened.secret,
        session_id: opened.session_id,
        user_id: opened.user_id,
        tenant_id: opened.tenant_id,
        role: opened.role,
    };
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    Ok(keys.verify(&keys.sign(&envelope, now)?)?)
}

/// Orders one export and waits until it is ready.
async fn export(
    exporter: &Exporter,
    pool: &Pool,
    session: &VerifiedSession,
    admin: &Client,
    rows: u32,
    idle_kib: u64,
) -> Res<Figures> {
    let last = ground::FIRST_NUMBER + i64::from(rows - 1) * ground::STEP;
    let filter = SlipFilter::open().with("bill_number_to", &last.to_string())?;
    let order = Order {
        report: Wish::SlipList,
        scope: Scope::filtered(filter)?,
        expected_rows: rows,
        purpose: None,
        previewed: None,
        retain_days: None,
        key: None,
    };
    reset_peak()?;
    let (cpu, database_cpu, started) =
        (cpu_seconds("self"), backends(admin).await?, Instant::now());
    let id = exporter.order(session, order).await?;
    if !exporter.drain(Duration::from_secs(60)).await {
        return Err("the export did not end in a minute".into());
    }
    let wall = started.elapsed().as_secs_f64();
    let cpu = cpu_seconds("self") - cpu;
    let peak_kib = status("VmHWM")?.saturating_sub(idle_kib);
    let database_cpu = backends(admin).await? - database_cpu;
    let line = pool.read(session, &GetExport { export_id: id.0 }).await?.pop();
    let line = line.ok_or("the export is not there")?;
    if line.state != ExportState::Ready {
        return Err(format!("the export ended as {:?}", line.state).into());
    }
    let bytes = line.artefact_bytes.ok_or("no bytes")?;
    Ok(Figures { cpu, database_cpu, wall, peak_kib, bytes })
}

/// CPU seconds of the backends of the walled database.
#[expect(clippy::disallowed_methods, reason = "a superuser looks at backends")]
async fn backends(admin: &Client) -> Res<f64> {
    let text = "select pid from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()";
    let rows = admin.query(text, &[&WALLED]).await?;
    Ok(rows.iter().map(|it| cpu_seconds(&it.get::<_, i32>(0).to_string())).sum())
}

fn table(found: &[Vec<Figures>; 2]) {
    println!("\nmedians of {ROUNDS} rounds, in turn\n");
    println!(
        "| rows | pages | CPU s of the service | CPU s of Postgres | seconds | MiB above idle | bytes |"
    );
    println!("|---|---|---|---|---|---|---|");
    let of = |list: &[Figures], get: fn(&Figures) -> f64| median(list.iter().map(get).collect());
    for (rows, list) in SIZES.iter().zip(found) {
        println!(
            "| {rows} | {} | {:.2} | {:.2} | {:.2} | {:.1} | {:.0} |",
            rows / 20,
            of(list, |it| it.cpu),
            of(list, |it| it.database_cpu),
            of(list, |it| it.wall),
            of(list, |it| it.peak_kib as f64 / 1024.0),
            of(list, |it| it.bytes as f64),
        );
    }
    let most = |list: &[Figures]| list.iter().map(|it| it.peak_kib).max().unwrap_or(0) as f64;
    println!(
        "\nhighest peak above idle: {:.1} MiB for 20 pages, {:.1} MiB for 2,000 pages",
        most(&found[0]) / 1024.0,
        most(&found[1]) / 1024.0
    );
}
