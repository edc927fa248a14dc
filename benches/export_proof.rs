//! What proving costs: a list of 40,000 rows drawn bare, and the same list exported, in turns of one run.
//!
//! `cargo bench --features testkit --bench export_proof`. Bare is: the same rows, fetched in the same blocks on the same
//! sealed connection, drawn by the same writer into a plain file. Exported adds order, manifest, encryption, second
//! computation, certificate, audit events and fsync. CPU is this process's and, beside it, Postgres's. Then ten exports of
//! ten billers at once, and the most memory the process ever held.

#[path = "shared/ground.rs"]
mod ground;
#[path = "shared/process.rs"]
mod process;

use std::{
    fs::File,
    io::BufWriter,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use ground::{Ground, Res, WALLED, config, superuser};
use process::{cpu_seconds, median, reset_peak, status};
use shikiri::{
    auth::{Envelope, KeyRing, VerifiedSession, generate_key},
    dba::catalog::Login,
    domain::{DisplayName, ExportId, ExportState, Scope, SlipFilter, TenantCode, TenantName, Wish},
    export::{Exporter, Order, Parts, Store},
    report::{
        FontChain, PageCodes,
        slip_list::{Front, ListWriter, OwnedRow, Totals},
    },
    statements::{
        exports::{BLOCK_ROWS, GetExport, SlipBlock},
        slips::TotalSlips,
    },
    testkit::proof,
    wall::{Checker, Pool},
};
use tokio_postgres::Client;

const FONTS: [&str; 2] = [
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/ipamj/ipamjm.ttf",
];
const ROUNDS: usize = 7;
const ROWS: u32 = 40_000;
const BILLERS: u32 = 10;

/// What one list took: CPU of this process, of Postgres, and seconds.
#[derive(Clone, Copy)]
struct Took {
    cpu: f64,
    database_cpu: f64,
    seconds: f64,
}

struct Bench {
    ground: Ground,
    pool: Pool,
    exporter: Exporter,
    fonts: Arc<FontChain>,
    admin: Client,
    keys: KeyRing,
}

#[tokio::main]
async fn main() -> Res<()> {
    println!("loading {BILLERS} billers with {ROWS} slips each");
    let ground = Ground::build(BILLERS, ROWS).await?;
    let dir = tempfile::tempdir()?;
    let pool = Pool::new(config(&ground.server, WALLED, Login::App, 24))?;
    let fonts = Arc::new(FontChain::load(&FONTS)?);
    let exporter = Exporter::new(Parts {
        pool: pool.clone(),
        checker: Checker::new(config(&ground.server, WALLED, Login::Checker, 10))?,
        fonts: fonts.clone(),
        store: Store::open_dir(&dir.path().join("files"), &dir.path().join("keys"))?,
        proof: proof(dir.path()),
        contact: "収納代行サービス窓口　03-0000-0000（24 時間）".to_owned(),
        running_max: BILLERS as usize,
    });
    let admin = superuser(&ground.server, WALLED).await?;
    let keys = KeyRing::new(&[generate_key()?])?;
    let bench = Bench { ground, pool, exporter, fonts, admin, keys };
    let session = bench.session(1)?;
    // A first of each is not counted: what is done once in a process is nobody's overhead.
    bench.bare(&session, dir.path()).await?;
    bench.export(&session).await?;
    let (mut bare, mut proved) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(bench.bare(&session, dir.path()).await?);
        proved.push(bench.export(&session).await?);
    }
    table(&bare, &proved);
    bench.all_at_once().await
}

impl Bench {
    fn session(&self, biller: usize) -> Res<VerifiedSession> {
        let opened = &self.ground.sessions[biller];
        let envelope = Envelope {
            secret: &opened.secret,
            session_id: opened.session_id,
            user_id: opened.user_id,
            tenant_id: opened.tenant_id,
            role: opened.role,
        };
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        Ok(self.keys.verify(&self.keys.sign(&envelope, now)?)?)
    }

    async fn measured(&self, work: impl Future<Output = Res<()>>) -> Res<Took> {
        let (cpu, database_cpu) = (cpu_seconds("self"), backends(&self.admin).await?);
        let started = Instant::now();
        work.await?;
        let seconds = started.elapsed().as_secs_f64();
        Ok(Took {
            cpu: cpu_seconds("self") - cpu,
            database_cpu: backends(&self.admin).await? - database_cpu,
            seconds,
        })
    }

    /// The same rows drawn into a plain file: no order, manifest, encryption, check or certificate.
    async fn bare(&self, session: &VerifiedSession, dir: &Path) -> Res<Took> {
        let work = async {
            let filter = SlipFilter::open();
            let mut tx = self.pool.enter(session).await?;
            let today = time::OffsetDateTime::now_utc().date();
            let totals = tx.fetch_one(&TotalSlips::new(&filter, today)).await?;
            let count = |it: i64| u32::try_from(it).unwrap_or(u32::MAX);
            let totals = Totals {
                rows: count(totals.rows),
                amount_yen: totals.amount_yen,
                revenue_stamps: count(totals.revenue_stamps),
                overdue: count(totals.overdue),
                first: totals.first,
                last: totals.last,
                tenant_rows: count(totals.tenant_rows),
            };
            let out = BufWriter::new(File::create(dir.join("bare.pdf"))?);
            let mut writer = ListWriter::new(out, self.fonts.clone(), front(session)?, totals)?;
            let mut block = tx.fetch(&SlipBlock::new(&filter, None)).await?;
            while !block.is_empty() {
                let last = block.len() < BLOCK_ROWS as usize;
                let after = block.last().map(|it| it.slip.id.clone());
                let rows: Vec<OwnedRow> = block
                    .into_iter()
                    .map(|it| OwnedRow { tenant_id: it.tenant_id, slip: it.slip })
                    .collect();
                let drawing = tokio::task::spawn_blocking(move || {
                    writer.push(&rows)?;
                    Ok::<_, shikiri::report::Error>(writer)
                });
                let next = async {
                    match last {
                        true => Ok(Vec::new()),
                        false => tx.fetch(&SlipBlock::new(&filter, after.as_ref())).await,
                    }
                };
                let (drawn, fetched) = tokio::join!(drawing, next);
                writer = drawn??;
                block = fetched?;
            }
            writer.finish()?;
            tx.commit().await?;
            Ok(())
        };
        self.measured(work).await
    }

    async fn order(&self, session: &VerifiedSession) -> Res<ExportId> {
        let order = Order {
            report: Wish::SlipList,
            scope: Scope::All,
            expected_rows: ROWS,
            purpose: None,
            previewed: None,
            retain_days: None,
            key: None,
        };
        Ok(self.exporter.order(session, order).await?)
    }

    async fn ready(&self, session: &VerifiedSession, id: ExportId) -> Res<()> {
        let line = self.pool.read(session, &GetExport { export_id: id.0 }).await?.pop();
        match line.ok_or("the export is not there")?.state {
            ExportState::Ready => Ok(()),
            state => Err(format!("the export ended as {state:?}").into()),
        }
    }

    async fn export(&self, session: &VerifiedSession) -> Res<Took> {
        let work = async {
            let id = self.order(session).await?;
            if !self.exporter.drain(Duration::from_secs(120)).await {
                return Err("the export did not end in two minutes".into());
            }
            self.ready(session, id).await
        };
        self.measured(work).await
    }

    /// One export of each biller, all at once.
    async fn all_at_once(&self) -> Res<()> {
        let idle_kib = reset_peak()?;
        let started = Instant::now();
        let mut ordered = Vec::new();
        for biller in 0..BILLERS as usize {
            let session = self.session(biller)?;
            let id = self.order(&session).await?;
            ordered.push((session, id));
        }
        if !self.exporter.drain(Duration::from_secs(600)).await {
            return Err("ten exports did not end in ten minutes".into());
        }
        let seconds = started.elapsed().as_secs_f64();
        for (session, id) in &ordered {
            self.ready(session, *id).await?;
        }
        let peak_kib = status("VmHWM")?;
        println!(
            "\n{BILLERS} exports of {ROWS} rows at once: {seconds:.1} s, peak {:.1} MiB, of which {:.1} MiB above what the \
             process held before",
            peak_kib as f64 / 1024.0,
            peak_kib.saturating_sub(idle_kib) as f64 / 1024.0
        );
        Ok(())
    }
}

fn front(session: &VerifiedSession) -> Res<Front> {
    let export_id = ExportId(uuid::Uuid::now_v7());
    Ok(Front {
        export_id,
        tenant_id: session.tenant_id(),
        tenant_code: TenantCode::new("00012")?,
        tenant_name: TenantName::new("一般社団法人　見本学園同窓会")?,
        scope_words: "全件".to_owned(),
        ordered_at: time::OffsetDateTime::now_utc(),
        requested_by: DisplayName::new("会計担当　髙橋")?,
        contact: "収納代行サービス窓口　03-0000-0000（24 時間）".to_owned(),
        codes: PageCodes::new(&[7; 32], export_id),
        rows_salt: [9; 16],
    })
}

/// CPU seconds of the backends of the walled database.
#[expect(clippy::disallowed_methods, reason = "a superuser looks at backends")]
async fn backends(admin: &Client) -> Res<f64> {
    let text = "select pid from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()";
    let rows = admin.query(text, &[&WALLED]).await?;
    Ok(rows.iter().map(|it| cpu_seconds(&it.get::<_, i32>(0).to_string())).sum())
}

fn table(bare: &[Took], proved: &[Took]) {
    println!("\nmedians of {ROUNDS} rounds, in turn\n");
    println!(
        "| {ROWS} rows | CPU s of the service | CPU s of Postgres | CPU s of both | seconds |"
    );
    println!("|---|---|---|---|---|");
    let get: [fn(&Took) -> f64; 4] =
        [|it| it.cpu, |it| it.database_cpu, |it| it.cpu + it.database_cpu, |it| it.seconds];
    let of = |list: &[Took], get: fn(&Took) -> f64| median(list.iter().map(get).collect());
    for (name, list) in [("bare", bare), ("exported", proved)] {
        let figures = get.map(|get| format!("{:.2}", of(list, get))).join(" | ");
        println!("| {name} | {figures} |");
    }
    let ratios = get.map(|get| format!("{:.2}", of(proved, get) / of(bare, get))).join(" | ");
    println!("| exported : bare | {ratios} |");
}
