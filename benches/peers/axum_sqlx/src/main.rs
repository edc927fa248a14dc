//! `GET /v1/slips` as a careful team writes it with axum and sqlx: the tenant filter is in the statement, by hand.
//!
//! `axum_sqlx CONNINFO ADDRESS JWT_SECRET CONNECTIONS TEST_BEFORE_ACQUIRE`. A bearer token (HS256) says the
//! tenant. The statement, the columns and the JSON of a slip are those of the service that it is compared with.

use std::{
    error::Error,
    sync::{Arc, LazyLock},
};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    routing::get,
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use time::{Date, format_description::FormatItem, macros::format_description};

const ISO: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// The service's own statement, with what keeps billers apart written in by hand, in three places. Whoever forgets
/// the first one once shows everybody's slips.
static LIST: LazyLock<String> = LazyLock::new(|| {
    include_str!("../../../../sql/queries/slips/list.sql")
        .replace("where (s.", "where s.tenant_id = $12 and (s.")
        .replace("where e.bill_number", "where e.tenant_id = s.tenant_id and e.bill_number")
});

#[derive(Clone)]
struct App {
    pool: PgPool,
    key: Arc<DecodingKey>,
    validation: Arc<Validation>,
}

#[derive(Deserialize)]
struct Claims {
    tid: i32,
}

/// What may be asked. `cursor` is the last slip's name, in the clear.
#[derive(Deserialize)]
struct Ask {
    cursor: Option<String>,
    limit: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    bill_number: String,
    reissue_number: i16,
    customer_number: String,
    customer_name: String,
    due_date: Option<Date>,
    revenue_stamp: bool,
    amount_yen: i32,
    withdrawn: Option<String>,
    confirmed: i64,
    preliminary: i64,
    cancelled: i64,
}

impl Row {
    fn payment(&self) -> &'static str {
        match self {
            Row { confirmed: 1.., .. } => "confirmed",
            it if it.cancelled < it.preliminary => "preliminary",
            _ => "none",
        }
    }

    fn state(&self, today: Date) -> &'static str {
        match (self.withdrawn.as_deref(), self.payment()) {
            (Some("superseded"), _) => "superseded",
            (Some(_), _) => "void",
            (None, "confirmed") => "confirmed",
            (None, "preliminary") => "preliminary_paid",
            _ if self.due_date.is_some_and(|it| it < today) => "expired",
            _ => "issued",
        }
    }
}

#[derive(Serialize)]
struct Slip {
    id: String,
    bill_number: String,
    reissue_number: i16,
    customer_number: String,
    customer_name: String,
    due_date: Option<String>,
    revenue_stamp: bool,
    amount_yen: i32,
    state: &'static str,
    payment: &'static str,
}

impl Slip {
    fn on(it: Row, today: Date) -> Slip {
        Slip {
            state: it.state(today),
            payment: it.payment(),
            id: format!("{}-{}", it.bill_number, it.reissue_number),
            bill_number: it.bill_number,
            reissue_number: it.reissue_number,
            customer_number: it.customer_number,
            customer_name: it.customer_name,
            due_date: it.due_date.and_then(|date| date.format(ISO).ok()),
            revenue_stamp: it.revenue_stamp,
            amount_yen: it.amount_yen,
        }
    }
}

#[derive(Serialize)]
struct Page {
    next: Option<String>,
    limit: i64,
}

#[derive(Serialize)]
struct List {
    data: Vec<Slip>,
    page: Page,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, address, secret, connections, test] = args.as_slice() else {
        return Err("usage: axum_sqlx CONNINFO ADDRESS JWT_SECRET CONNECTIONS TEST".into());
    };
    // Off, it is a peer that somebody has tuned; on, it is sqlx as it comes.
    let pool = PgPoolOptions::new()
        .max_connections(connections.parse()?)
        .test_before_acquire(test == "true")
        .connect_with(options(url)?)
        .await?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_required_spec_claims(&["exp"]);
    let app = App {
        pool,
        key: Arc::new(DecodingKey::from_secret(secret.as_bytes())),
        validation: Arc::new(validation),
    };
    let router = Router::new().route("/v1/slips", get(list)).with_state(app);
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

/// Reads `key=value` pairs, as libpq does; sqlx reads URLs only.
fn options(conninfo: &str) -> Result<PgConnectOptions, Box<dyn Error>> {
    let mut options = PgConnectOptions::new_without_pgpass();
    for pair in conninfo.split_whitespace() {
        let (key, value) = pair.split_once('=').ok_or("not key=value")?;
        let value = value.trim_matches('\'');
        options = match key {
            "host" => options.host(value),
            "port" => options.port(value.parse()?),
            "user" => options.username(value),
            "dbname" => options.database(value),
            _ => return Err(format!("{key} is not understood").into()),
        };
    }
    Ok(options)
}

async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    Query(ask): Query<Ask>,
) -> Result<Json<List>, StatusCode> {
    let token = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let token = token.and_then(|it| it.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
    let claims = jsonwebtoken::decode::<Claims>(token, &app.key, &app.validation)
        .map_err(|_| StatusCode::UNAUTHORIZED)?
        .claims;
    let limit = ask.limit.unwrap_or(20).clamp(1, 200);
    let (number, reissue) = match &ask.cursor {
        Some(it) => it.split_once('-').ok_or(StatusCode::BAD_REQUEST)?,
        None => ("", "-1"),
    };
    let reissue: i16 = reissue.parse().map_err(|_| StatusCode::BAD_REQUEST)?;
    let mut rows: Vec<Row> = sqlx::query_as(&LIST)
        .bind(number)
        .bind(reissue)
        .bind("0000000000000000")
        .bind("9999999999999999")
        .bind(None::<i16>)
        .bind(None::<String>)
        .bind(None::<Date>)
        .bind(None::<Date>)
        .bind(None::<i32>)
        .bind(None::<i32>)
        .bind(limit + 1)
        .bind(claims.tid)
        .fetch_all(&app.pool)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let japan =
        time::UtcOffset::from_hms(9, 0, 0).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let today = time::OffsetDateTime::now_utc().to_offset(japan).date();
    let more = limit < rows.len() as i64;
    rows.truncate(limit as usize);
    let data: Vec<Slip> = rows.into_iter().map(|it| Slip::on(it, today)).collect();
    let next = more.then(|| data.last().map(|it| it.id.clone())).flatten();
    Ok(Json(List { data, page: Page { next, limit } }))
}
