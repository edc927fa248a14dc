//! A raw connection that keeps everything the server says: rows, errors, notices, notifications.

#![expect(clippy::disallowed_methods, reason = "an attacker does not go through the sealed pool")]

use std::{future::poll_fn, pin::Pin};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_postgres::{
    AsyncMessage, Client, NoTls, Row, SimpleQueryMessage,
    types::{ToSql, Type},
};

/// What one statement came to.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The SQLSTATE; none for success.
    pub state: Option<String>,
    /// Message, detail and hint of an error.
    pub message: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Rows the last command touched or returned.
    pub affected: u64,
    /// Notices, and the payloads of notifications, that arrived meanwhile.
    pub said: Vec<String>,
}

impl Outcome {
    /// Everything a client could read off it, as one text.
    pub fn all(&self) -> String {
        let rows: Vec<String> = self.rows.iter().map(|row| row.join("|")).collect();
        let state = self.state.as_deref().unwrap_or("00000");
        format!(
            "{state} {} {} {} {}",
            self.message,
            self.affected,
            rows.join("\n"),
            self.said.join("\n")
        )
    }

    /// `00000`, or the SQLSTATE of the error.
    pub fn code(&self) -> &str {
        self.state.as_deref().unwrap_or("00000")
    }

    pub fn failed(err: &tokio_postgres::Error) -> Outcome {
        let Some(db) = err.as_db_error() else { panic!("the connection broke: {err}") };
        let message = format!(
            "{} {} {}",
            db.message(),
            db.detail().unwrap_or_default(),
            db.hint().unwrap_or_default()
        );
        Outcome { state: Some(db.code().code().to_owned()), message, ..Outcome::default() }
    }
}

/// The connection.
pub struct Wire {
    pub client: Client,
    said: UnboundedReceiver<String>,
}

impl Wire {
    pub async fn connect(url: &str) -> Wire {
        let (client, mut connection) = tokio_postgres::connect(url, NoTls).await.expect("connects");
        let (tell, said) = unbounded_channel();
        tokio::spawn(async move {
            while let Some(message) = poll_fn(|cx| Pin::new(&mut connection).poll_message(cx)).await
            {
                let text = match message {
                    // A plan that is printed stands in the detail.
                    Ok(AsyncMessage::Notice(it)) => [Some(it.message()), it.detail(), it.hint()]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join(" "),
                    Ok(AsyncMessage::Notification(it)) => it.payload().to_owned(),
                    Ok(_) => continue,
                    Err(_) => break,
                };
                if tell.send(text).is_err() {
                    break;
                }
            }
        });
        Wire { client, said }
    }

    /// Runs a message of the simple protocol; every value comes back as text.
    pub async fn simple(&mut self, sql: &str) -> Outcome {
        let mut outcome = match self.client.simple_query(sql).await {
            Err(err) => Outcome::failed(&err),
            Ok(messages) => {
                let mut res = Outcome::default();
                for message in messages {
                    match message {
                        SimpleQueryMessage::RowDescription(columns) => {
                            res.columns = columns.iter().map(|it| it.name().to_owned()).collect();
                        }
                        SimpleQueryMessage::Row(row) => {
                            let cell = |n| row.get(n).unwrap_or("<null>").to_owned();
                            res.rows.push((0..row.len()).map(cell).collect());
                        }
                        SimpleQueryMessage::CommandComplete(n) => res.affected = n,
                        _ => {}
                    }
                }
                res
            }
        };
        self.listen(&mut outcome);
        outcome
    }

    /// Runs one statement of the extended protocol; every parameter must be `::text` in the statement.
    pub async fn extended(&mut self, sql: &str, params: &[Option<String>]) -> Outcome {
        let params: Vec<&(dyn ToSql + Sync)> =
            params.iter().map(|it| it as &(dyn ToSql + Sync)).collect();
        let mut outcome = match self.client.query(sql, &params).await {
            Err(err) => Outcome::failed(&err),
            Ok(rows) => Outcome {
                columns: rows.first().map_or(Vec::new(), |row| {
                    row.columns().iter().map(|it| it.name().to_owned()).collect()
                }),
                affected: rows.len() as u64,
                rows: rows.iter().map(cells).collect(),
                ..Outcome::default()
            },
        };
        self.listen(&mut outcome);
        outcome
    }

    /// The one value of a query that must answer.
    pub async fn value(&mut self, sql: &str) -> String {
        let outcome = self.simple(sql).await;
        assert!(outcome.state.is_none(), "{sql}: {}", outcome.all());
        outcome.rows.first().and_then(|row| row.first()).cloned().unwrap_or_default()
    }

    /// A statement that must succeed.
    pub async fn must(&mut self, sql: &str) {
        let outcome = self.simple(sql).await;
        assert!(outcome.state.is_none(), "{sql}: {}", outcome.all());
    }

    /// A new transaction, sealed by the secret of a session through the door of requests.
    pub async fn enter(&mut self, secret: &str) {
        self.must("rollback; begin").await;
        let door = include_str!("../../../sql/queries/doors/enter.sql");
        let entered = self.extended(door, &[Some(secret.to_owned())]).await;
        assert!(entered.state.is_none(), "enter: {}", entered.all());
    }

    fn listen(&mut self, outcome: &mut Outcome) {
        while let Ok(text) = self.said.try_recv() {
            outcome.said.push(text);
        }
    }
}

fn cells(row: &Row) -> Vec<String> {
    let cell = |n: usize| {
        let text = match *row.columns()[n].type_() {
            Type::INT4 => row.get::<_, Option<i32>>(n).map(|it| it.to_string()),
            Type::INT8 => row.get::<_, Option<i64>>(n).map(|it| it.to_string()),
            Type::BOOL => row.get::<_, Option<bool>>(n).map(|it| it.to_string()),
            Type::UUID => row.get::<_, Option<uuid::Uuid>>(n).map(|it| it.to_string()),
            // `void` comes as an empty text.
            Type::VOID => Some(String::new()),
            _ => row.get::<_, Option<String>>(n),
        };
        text.unwrap_or_else(|| "<null>".to_owned())
    };
    (0..row.len()).map(cell).collect()
}
