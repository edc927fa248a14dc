//! A world of its own for every test: a database with the wall installed, two billers, sealed pools.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::sync::OnceCell;

use crate::{
    auth::{self, KeyRing, VerifiedSession},
    dba::{
        Operator,
        catalog::{self, Login, Seal, SealWish},
    },
    domain::{
        AmountYen, BillNumber, CustomerName, CustomerNumber, DueDate, Issuer, IssuerCode, NewSlip,
        OnConflict, PrintedLine, ReissueNumber, SlipId, TenantId,
    },
    statements::{
        sessions::{AskLoginParams, BeginLogin, LoginOutcome, OpenSession, Opened, SettleLogins},
        slips::RegisterSlips,
    },
    testkit::{TestServer, server, template},
    wall::{self, Checker, Pool, PoolConfig},
};

/// The password of every user of the world.
pub const PASSWORD: &str = "correct horse battery staple";

/// Slips that biller A has.
pub const SLIPS_A: u32 = 45;

/// Slips that biller B has. Each name of B starts with [`CANARY`].
pub const SLIPS_B: u32 = 60;

/// What a leak would show: it is in every name of biller B, and in no other row.
pub const CANARY: &str = "CANARY三井";

/// A biller of the world, with a tenant-admin `admin` and a clerk `clerk`.
#[derive(Debug, Clone)]
pub struct Biller {
    /// 収納企業コード.
    pub code: &'static str,
    /// The biller's name.
    pub name: &'static str,
}

/// Biller A: [`SLIPS_A`] slips, bill numbers `0000000000000000` and every 2 after it.
pub const A: Biller = Biller { code: "10001", name: "甲学園同窓会" };

/// Biller B: [`SLIPS_B`] slips, bill numbers `0000000000000001` and every 2 after it.
pub const B: Biller = Biller { code: "10002", name: "乙電力" };

/// Connections of a world's pools, each.
pub(super) const CONNECTIONS: usize = 4;

/// A database of its own. Dropped when the value is.
pub struct World {
    database: String,
    server: Arc<TestServer>,
    keys: Arc<KeyRing>,
    pool: Pool,
    checker: Checker,
    /// False for the template, which outlives the value that filled it.
    pub(super) dropped_with_value: bool,
}

/// The template is built once per process; its users' passwords cost some time.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

impl World {
    /// Makes a world: a copy of the template with two billers, their users and slips.
    ///
    /// # Panics
    /// When there is no server to test against; the text says what to install.
    pub async fn new() -> World {
        let server = server().unwrap_or_else(|err| panic!("{err}"));
        let template = TEMPLATE.get_or_init(|| async { template::build(server).await }).await;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = format!("world_{}_{number}", std::process::id());
        let admin = server.superuser();
        catalog::create_database(&admin, &database, Some(template))
            .await
            .unwrap_or_else(|err| panic!("a database for the test: {err}"));
        catalog::close_database(&server.conninfo_of_superuser(&database))
            .await
            .unwrap_or_else(|err| panic!("closing the database of the test: {err}"));
        World::open(server.clone(), database, CONNECTIONS)
    }

    /// Another world, which begins as this one is now. This one's pools are closed: nobody may be connected to what is
    /// copied.
    ///
    /// # Panics
    /// When somebody else is connected to this world, or the server lets no database be made.
    pub async fn copied(&self) -> World {
        self.pool.close();
        self.checker.close();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let database = format!("world_{}_{number}", std::process::id());
        catalog::create_database(&self.server.superuser(), &database, Some(&self.database))
            .await
            .unwrap_or_else(|err| panic!("a copy of the database of the test: {err}"));
        catalog::close_database(&self.server.conninfo_of_superuser(&database))
            .await
            .unwrap_or_else(|err| panic!("closing the database of the test: {err}"));
        World::open(self.server.clone(), database, CONNECTIONS)
    }

    /// Makes a world on a server of its own (seconds, where [`World::new`] takes a tenth of one): for a test that kills
    /// the server. It is one of this machine's binaries also where other tests use a container.
    ///
    /// # Panics
    /// When the machine has no Postgres binaries; the text says what to install.
    pub async fn alone() -> World {
        let server = TestServer::alone().unwrap_or_else(|err| panic!("{err}"));
        let (server, database) = (Arc::new(server), "world".to_owned());
        template::fill(&server, &database).await;
        catalog::close_database(&server.conninfo_of_superuser(&database))
            .await
            .unwrap_or_else(|err| panic!("closing the database of the test: {err}"));
        let mut world = World::open(server, database, 2 * CONNECTIONS);
        world.dropped_with_value = false;
        world
    }

    /// The server that this world is on.
    pub fn server(&self) -> &TestServer {
        &self.server
    }

    pub(super) fn open(server: Arc<TestServer>, database: String, connections: usize) -> World {
        let key = auth::generate_key().expect("the system has randomness");
        let keys = Arc::new(KeyRing::new(&[key]).expect("the key was just made"));
        let config = |login| pool_config(&server, &database, login, connections);
        let pool = Pool::new(config(Login::App)).expect("the URL is ours");
        let checker = Checker::new(config(Login::Checker)).expect("the URL is ours");
        World { database, server, keys, pool, checker, dropped_with_value: true }
    }

    /// Holds the seal of this world in this way from now on.
    ///
    /// # Panics
    /// When it cannot be had.
    pub async fn seal_by(&self, wish: SealWish) -> Seal {
        let url = self.url(Login::Migrator);
        let report = catalog::migrate_sealed(&url, Some(wish)).await;
        report.unwrap_or_else(|err| panic!("{err}")).seal
    }

    /// Connections of the application. Sealed, as everywhere.
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Connections of the checker.
    pub fn checker(&self) -> &Checker {
        &self.checker
    }

    /// The keys that sign this world's tokens.
    pub fn keys(&self) -> &Arc<KeyRing> {
        &self.keys
    }

    /// How a login role reaches this world's database.
    pub fn url(&self, login: Login) -> String {
        url(&self.server, &self.database, login)
    }

    /// How a superuser reaches it: to build what no role may, and to show that rows exist.
    pub fn superuser_url(&self) -> String {
        self.server.conninfo_of_superuser(&self.database)
    }

    /// More billers without a slip, each with its clerk logged in.
    ///
    /// # Panics
    /// When the operator cannot add them, or there are more than 90.
    pub async fn more_billers(&self, count: u32) -> Vec<VerifiedSession> {
        assert!(count <= 90, "codes 10010 to 10099");
        let mut operator = self.operator().await;
        let mut res = Vec::new();
        for n in 0..count {
            let code: &'static str = format!("{}", 10_010 + n).leak();
            let biller = Biller { code, name: "丁社" };
            template::add_biller(&mut operator, &biller).await;
            res.push(self.login(&biller, "clerk").await);
        }
        res
    }

    /// A connection as the operator.
    ///
    /// # Panics
    /// When there is none.
    pub async fn operator(&self) -> Operator {
        Operator::connect(&self.url(Login::Operator)).await.expect("the operator's connection")
    }

    /// Logs in and gives the session behind its token.
    ///
    /// # Panics
    /// When the login does not open a session.
    pub async fn login(&self, biller: &Biller, login: &str) -> VerifiedSession {
        match self.try_login(biller.code, login, PASSWORD, OnConflict::TakeOver).await {
            Ok(LoginOutcome::Opened(opened)) => self.session(&opened),
            Ok(_) => panic!("{login} of {} opens no session", biller.code),
            Err(err) => panic!("{login} of {} cannot log in: {err:?}", biller.code),
        }
    }

    /// Logs in as a client would.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn try_login(
        &self,
        tenant_code: &str,
        login: &str,
        password: &str,
        on_conflict: OnConflict,
    ) -> Result<LoginOutcome, wall::Error> {
        let outcome = log_in(&self.pool, tenant_code, login, password, on_conflict).await?;
        if matches!(outcome, LoginOutcome::Rejected) {
            // As the service does, behind its answer.
            self.checker.call(&SettleLogins {}).await?;
        }
        Ok(outcome)
    }

    /// The session behind the token of a login.
    ///
    /// # Panics
    /// When our own key does not verify what it signed.
    pub fn session(&self, opened: &Opened) -> VerifiedSession {
        let token = self.token(opened);
        self.keys.verify(&token).expect("the token was just signed")
    }

    /// The token of a login.
    ///
    /// # Panics
    /// When it cannot be signed.
    pub fn token(&self, opened: &Opened) -> String {
        let envelope = auth::Envelope {
            secret: &opened.secret,
            session_id: opened.session_id,
            user_id: opened.user_id,
            tenant_id: opened.tenant_id,
            role: opened.role,
        };
        let now = time::OffsetDateTime::now_utc().unix_timestamp();
        self.keys.sign(&envelope, now).expect("the key signs")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !self.dropped_with_value {
            return;
        }
        let (admin, database) = (self.server.superuser(), self.database.clone());
        // In a thread of its own: a runtime may be shutting down around us.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|it| it.block_on(catalog::drop_database(&admin, &database)))
        });
        drop(dropped.join());
    }
}

/// Logs in on any pool: asks for the salt, derives, opens.
///
/// # Errors
/// When the database cannot be asked.
pub(crate) async fn log_in(
    pool: &Pool,
    tenant_code: &str,
    login: &str,
    password: &str,
    on_conflict: OnConflict,
) -> Result<LoginOutcome, wall::Error> {
    let ask = AskLoginParams { tenant_code: tenant_code.to_owned(), login: login.to_owned() };
    let params = pool.call(&ask).await?.pop().ok_or(wall::Error::Unavailable)?;
    let password = password.to_owned();
    // Off this thread: of forty who log in at once, none must wait here for the others' Argon2.
    let derive = move || auth::derive(&password, &auth::Salt(params.salt), &params.kdf);
    let derived = tokio::task::spawn_blocking(derive)
        .await
        .map_err(|_| wall::Error::Unavailable)?
        .map_err(|_| wall::Error::CredentialRejected)?;
    let begin = BeginLogin {
        tenant_code: tenant_code.to_owned(),
        login: login.to_owned(),
        commitment: derived.commitment(),
    };
    let open = OpenSession {
        attempt_id: pool.call(&begin).await?.pop().ok_or(wall::Error::Unavailable)?,
        derived: derived.0,
        on_conflict: on_conflict.as_str().to_owned(),
        client: "testkit".to_owned(),
    };
    pool.call(&open).await?.pop().ok_or(wall::Error::Unavailable)
}

pub(super) fn url(server: &TestServer, database: &str, login: Login) -> String {
    let base = server.conninfo(login.role(), database);
    match server.password() {
        Some(password) => {
            format!("{base} password='{}'", password.replace('\\', "\\\\").replace('\'', "\\'"))
        }
        None => base,
    }
}

fn pool_config(
    server: &TestServer,
    database: &str,
    login: Login,
    connections_max: usize,
) -> PoolConfig {
    let (url, wait) = (url(server, database, login), Duration::from_secs(5));
    PoolConfig { url, connections_max, wait }
}

/// What the slips of a biller of the world say of their issuer.
///
/// # Panics
/// When the biller's name does not fit a slip.
pub fn sample_issuer(biller: &Biller) -> Issuer {
    let line = |field, text| PrintedLine::new(field, text).expect("fits");
    Issuer {
        issuer_code: IssuerCode::new("912345").expect("six digits"),
        payee_name: line("payee_name", biller.name),
        collector_name: line("collector_name", "見本収納サービス株式会社"),
        slip_purpose: Some(line("slip_purpose", "会費（見本）")),
        slip_remarks: Some(line("slip_remarks", "見本のため支払えません")),
    }
}

/// The `n`-th slip of a biller of the world.
///
/// # Panics
/// When `n` makes a value that no slip may have.
pub fn sample_slip(biller: &Biller, n: u32) -> NewSlip {
    let of_b = biller.code == B.code;
    let name = if of_b { format!("{CANARY}{n}") } else { format!("淡路　太郎{n}") };
    // Long past or far ahead, so that what is overdue is the same whenever the tests run.
    let year = if n.is_multiple_of(2) { 2020 } else { 2090 };
    let due = DueDate::parse(&format!("{year}-{:02}-28", 1 + n % 12)).expect("a day");
    NewSlip {
        id: SlipId {
            bill_number: BillNumber::new(&format!("{:016}", 2 * n + u32::from(of_b)))
                .expect("16 digits"),
            reissue_number: ReissueNumber::FIRST,
        },
        customer_number: CustomerNumber::new(&format!("C{:04}", n % 30)).expect("fits"),
        customer_name: CustomerName::new(&name).expect("fits"),
        due_date: (!n.is_multiple_of(7)).then_some(due),
        amount_yen: AmountYen::new(1_000 + i32::try_from(n).expect("small") * 997).expect("fits"),
        consumption_tax_yen: None,
    }
}

/// Registers slips through the wall, all or none.
///
/// # Errors
/// When a slip exists, or the database cannot be asked.
pub async fn register(
    pool: &Pool,
    session: &VerifiedSession,
    slips: &[NewSlip],
) -> Result<TenantId, wall::Error> {
    let mut tx = pool.enter(session).await?;
    tx.fetch(&RegisterSlips::new(slips)).await?;
    let tenant = tx.tenant_id();
    tx.commit().await?;
    Ok(tenant)
}
