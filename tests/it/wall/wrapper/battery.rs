//! The queries of `tests/wrapper/queries.sql`, what they answer, and what they should.

use std::error::Error;

use shikiri::testkit::World;
use tokio_postgres::{
    Client, Row, Statement,
    types::{FromSql, ToSql, Type},
};

use crate::support::connect;

/// One query and the truth about it.
pub struct Case {
    pub name: String,
    pub sql: String,
    /// Parameters of its text: none, a bill number, or that and a number.
    pub params: usize,
    pub writes: bool,
    /// It calls the seal where the planner runs it.
    pub may_be_refused: bool,
    null: bool,
    pub truth_a: Answer,
    pub truth_b: Answer,
}

/// Rows in one order, each value as the server sent it; or a SQLSTATE.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Rows(Vec<Vec<Option<Vec<u8>>>>),
    Code(String),
}

pub fn code(code: &str) -> Answer {
    Answer::Code(code.to_owned())
}

pub struct Battery {
    pub cases: Vec<Case>,
    bill_number_a: String,
    bill_number_b: String,
}

impl Battery {
    /// Builds the tables and asks a superuser, who sees every row, with a filter written by hand.
    pub async fn build(world: &World) -> Battery {
        let admin = connect(&world.superuser_url()).await;
        admin.batch_execute(include_str!("../../../wrapper/tables.sql")).await.expect("builds");
        let mut cases = read(include_str!("../../../wrapper/queries.sql"));
        let bill_number = |n: u32| format!("{n:016}");
        let (bill_number_a, bill_number_b) = (bill_number(10), bill_number(11));
        for (tenant, bill) in [(2, &bill_number_a), (3, &bill_number_b)] {
            admin.batch_execute(&format!("set truth.tenant = {tenant}")).await.expect("sets");
            for case in &mut cases {
                let sql = case
                    .sql
                    .replace("shikiri.", "truth.")
                    .replace("shikiri_seal.tenant()", "current_setting('truth.tenant')::integer");
                let prepared = admin.prepare(&sql).await.unwrap_or_else(|err| {
                    panic!("{}: {:?}", case.name, err.as_db_error().map(|it| it.message()))
                });
                admin.batch_execute("begin").await.expect("begins");
                let truth = case.send(&admin, &prepared, bill, &[], 0).await;
                admin.batch_execute("rollback").await.expect("rolls back");
                assert!(matches!(truth, Answer::Rows(_)), "{}: {truth:?}", case.name);
                if tenant == 2 { case.truth_a = truth } else { case.truth_b = truth }
            }
        }
        Battery { cases, bill_number_a, bill_number_b }
    }

    /// A bill number of the biller who asks.
    pub fn bill_number(&self, who: &str) -> &str {
        if who == "b" { &self.bill_number_b } else { &self.bill_number_a }
    }
}

/// Sends a wrapped case with a credential; what it writes is rolled back.
pub async fn run(
    client: &Client,
    prepared: &Statement,
    case: &Case,
    bill_number: &str,
    secret: Option<&str>,
) -> Answer {
    if !case.writes {
        return case.answer(client, prepared, bill_number, secret).await;
    }
    client.batch_execute("begin").await.expect("begins");
    let answer = case.answer(client, prepared, bill_number, secret).await;
    client.batch_execute("rollback").await.expect("rolls back");
    answer
}

impl Case {
    /// Sends it wrapped.
    pub async fn answer(
        &self,
        client: &Client,
        prepared: &Statement,
        bill_number: &str,
        secret: Option<&str>,
    ) -> Answer {
        self.send(client, prepared, bill_number, &[&secret], 2).await
    }

    /// Sends it wrapped around a credential that stands in the text.
    pub async fn without_credential(
        &self,
        client: &Client,
        prepared: &Statement,
        bill_number: &str,
    ) -> Answer {
        self.send(client, prepared, bill_number, &[], 2).await
    }

    /// The first `skip` columns are the wrapper's: they are checked, and are no part of the answer.
    async fn send(
        &self,
        client: &Client,
        prepared: &Statement,
        bill_number: &str,
        more: &[&(dyn ToSql + Sync)],
        skip: usize,
    ) -> Answer {
        let bill_number = (!self.null).then_some(bill_number);
        let own: [&(dyn ToSql + Sync); 2] = [&bill_number, &5_i32];
        let params: Vec<_> = own[..self.params].iter().chain(more).copied().collect();
        match client.query(prepared, &params).await {
            Err(err) => Answer::Code(err.code().map_or("io", |it| it.code()).to_owned()),
            Ok(rows) => {
                let is_row = |row: &&Row| skip == 0 || row.get::<_, Option<bool>>(1).is_some();
                let mut rows: Vec<_> =
                    rows.iter().filter(is_row).map(|it| values(it, skip)).collect();
                rows.sort();
                Answer::Rows(rows)
            }
        }
    }
}

fn values(row: &Row, skip: usize) -> Vec<Option<Vec<u8>>> {
    (skip..row.len()).map(|n| row.get::<_, Raw>(n).0).collect()
}

/// A value of any type, as it came.
struct Raw(Option<Vec<u8>>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Raw, Box<dyn Error + Sync + Send>> {
        Ok(Raw(Some(raw.to_vec())))
    }

    fn from_sql_null(_: &Type) -> Result<Raw, Box<dyn Error + Sync + Send>> {
        Ok(Raw(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

fn read(text: &str) -> Vec<Case> {
    let (_, list) = text.split_once("\n\n").expect("a head and a list");
    let case = |part: &str| {
        let (head, sql) = part.split_once('\n').expect("a name and a query");
        let mut words = head.split_whitespace();
        let name = words.next().expect("a name").to_owned();
        let marks: Vec<&str> = words.collect();
        let known = ["write", "null", "sk001"];
        assert!(marks.iter().all(|it| known.contains(it)), "{name}: {marks:?}");
        Case {
            name,
            sql: sql.trim_end().to_owned(),
            params: (1..=2).filter(|n| sql.contains(&format!("${n}"))).count(),
            writes: marks.contains(&"write"),
            may_be_refused: marks.contains(&"sk001"),
            null: marks.contains(&"null"),
            truth_a: code("not asked"),
            truth_b: code("not asked"),
        }
    };
    list.split("-- ").filter(|it| !it.trim().is_empty()).map(case).collect()
}
