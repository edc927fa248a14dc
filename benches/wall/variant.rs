//! The three ways to ask for the same rows.

use shikiri::{
    dba::catalog::Login,
    domain::OnConflict,
    statements::sessions::LoginOutcome,
    testkit::{A, PASSWORD, World},
    wall::one_statement,
};
use tokio_postgres::{Client, Statement, types::ToSql};

/// What is done.
#[derive(Debug, Clone, Copy)]
pub enum Work {
    /// One slip by its name.
    Point,
    /// Twenty in order.
    Page,
    /// Forty thousand in order, a thousand at a time, in one transaction.
    Scan,
    /// A thousand new ones, rolled back.
    Insert,
}

/// The biller's rows begin here, and are seven apart.
fn bill_number(n: u32) -> String {
    format!("{:1>16}", 7 * (1 + n % 40_000))
}

const COLUMNS: &str = "s.tenant_id, s.bill_number, s.reissue_number, s.customer_number, s.customer_name, \
     s.due_date, s.revenue_stamp, s.amount_yen";

/// One way, on a connection of its own.
pub struct Variant {
    client: Client,
    pub pid: i32,
    /// What stands for the biller: a session's secret, or its number.
    credential: String,
    point: Statement,
    page: Statement,
    /// Binds the transaction; the hand-written way binds nothing.
    bind: Option<Statement>,
    block: Statement,
    insert: Statement,
}

/// The texts of one way. `{and}` is where a filter by hand stands.
struct Texts {
    table: &'static str,
    and: &'static str,
    bind: Option<&'static str>,
    wrap: fn(&str, usize) -> String,
}

fn with_setting(sql: &str, params: usize) -> String {
    format!(
        "with entered as materialized (select set_config('app.tenant', ${}, true) as tenant_id), \
         q as materialized ({sql}) select entered.tenant_id as entered, r.* \
         from entered left join (select true as is_row, q.* from q) r on true",
        params + 1
    )
}

fn bare(sql: &str, _: usize) -> String {
    sql.to_owned()
}

impl Variant {
    /// Behind the seal, behind a setting, by hand: in this order.
    pub async fn all(world: &World) -> Vec<Variant> {
        let outcome = world.try_login(A.code, "clerk", PASSWORD, OnConflict::TakeOver).await;
        let Ok(LoginOutcome::Opened(opened)) = outcome else { panic!("the clerk cannot log in") };
        let seal = Texts {
            table: "shikiri.slip",
            and: "",
            bind: Some("select shikiri_seal.enter($1)"),
            wrap: one_statement,
        };
        let setting = Texts {
            table: "plain.slip",
            and: "",
            bind: Some("select set_config('app.tenant', $1, true)"),
            wrap: with_setting,
        };
        let hand = Texts {
            table: "hand.slip",
            and: "s.tenant_id = $CREDENTIAL::text::integer and",
            bind: None,
            wrap: bare,
        };
        let tenant = opened.tenant_id.0.to_string();
        let mut res = Vec::new();
        for (texts, credential) in
            [(seal, opened.secret), (setting, tenant.clone()), (hand, tenant)]
        {
            res.push(Variant::new(world, &texts, credential).await);
        }
        res
    }

    async fn new(world: &World, texts: &Texts, credential: String) -> Variant {
        let client = super::connect(&world.url(Login::App)).await;
        let Texts { table, and, bind, wrap } = texts;
        let by_hand = |credential: usize| and.replace("CREDENTIAL", &credential.to_string());
        let point = format!(
            "select {COLUMNS} from {table} s where {} s.bill_number = $1 and s.reissue_number = 0",
            by_hand(2)
        );
        let after = |credential: usize| {
            format!(
                "select {COLUMNS} from {table} s where {} (s.bill_number, s.reissue_number) > ($1::text, 0::smallint) \
                 order by s.bill_number, s.reissue_number limit $2",
                by_hand(credential)
            )
        };
        let insert = format!(
            "insert into {table} (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) \
             select $1::text::integer, n, 0, 'C1', '淡路　太郎', false, 100 from unnest($2::text[]) n"
        );
        let pid = client.query_one("select pg_backend_pid()", &[]).await.expect("answers").get(0);
        let prepare = async |text: &str| client.prepare(text).await.expect("prepares");
        Variant {
            pid,
            point: prepare(&wrap(&point, 1)).await,
            page: prepare(&wrap(&after(3), 2)).await,
            bind: match bind {
                Some(text) => Some(prepare(text).await),
                None => None,
            },
            block: prepare(&after(3)).await,
            insert: prepare(&insert).await,
            credential,
            client,
        }
    }

    /// Does it once.
    pub async fn run(&mut self, work: Work, n: u32) {
        let number = bill_number(n * 37);
        match work {
            Work::Point => {
                let rows = self.client.query(&self.point, &[&number, &self.credential]).await;
                assert_eq!(rows.expect("reads").len(), 1);
            }
            Work::Page => {
                let rows =
                    self.client.query(&self.page, &[&number, &20_i64, &self.credential]).await;
                assert_eq!(rows.expect("reads").len(), 20);
            }
            Work::Scan => self.scan().await,
            Work::Insert => self.insert().await,
        }
    }

    async fn begin(&self) {
        self.client.batch_execute("begin").await.expect("begins");
        if let Some(bind) = &self.bind {
            self.client.query_one(bind, &[&self.credential]).await.expect("binds");
        }
    }

    async fn scan(&self) {
        self.begin().await;
        let (mut after, mut rows) = (String::new(), 0);
        loop {
            let mut params: Vec<&(dyn ToSql + Sync)> = vec![&after, &1_000_i64];
            if self.bind.is_none() {
                params.push(&self.credential);
            }
            let block = self.client.query(&self.block, &params).await.expect("reads");
            rows += block.len();
            match block.last() {
                Some(row) if block.len() == 1_000 => after = row.get("bill_number"),
                _ => break,
            }
        }
        self.client.batch_execute("commit").await.expect("commits");
        assert!((40_000..41_000).contains(&rows), "{rows}");
    }

    async fn insert(&self) {
        self.begin().await;
        let numbers: Vec<String> = (0..1_000_u64).map(|n| format!("9{n:015}")).collect();
        let tenant = "2";
        let params: [&(dyn ToSql + Sync); 2] = [&tenant, &numbers];
        assert_eq!(self.client.execute(&self.insert, &params).await.expect("writes"), 1_000);
        self.client.batch_execute("rollback").await.expect("rolls back");
    }
}
