//! `GET /v1/payments/exceptions`: payments at which a person must look.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Serialize;
use time::{Date, macros::date};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    domain::{DueDate, Invalid, PaymentException},
    http::{
        answer::{self, Answer, day},
        call::Call,
        paging::{self, List, Page},
        problem::{BAD_PARAMETER, CURSOR_MISMATCH, Fault, Problem},
        slips::events::clock,
    },
    statements::payments::{ListExceptions, StrangePayment},
};

/// The parameters besides those of every list.
pub(in crate::http) const PARAMS: &[&str] = &["kind", "paid_from", "paid_to"];

/// Before any day that a file may have.
const BEFORE: Date = date!(1999 - 12 - 31);

/// Payments that one page looks at, strange or not: what is strange is read off several tables, and most payments are
/// not.
const EXAMINED_MAX: i64 = 2_000;

/// Payments in order of their day. A page looks at 2,000 payments at most: it may be short, or empty, and there is more
/// as long as there is a next one.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ExceptionList {
    data: Vec<Exception>,
    page: Page,
    /// The conditions as they were understood.
    filter: BTreeMap<&'static str, String>,
}

/// A payment at which a person must look.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Exception {
    /// All that is strange: unknown_slip, amount_differs, paid_twice, after_void, after_due, bad_check_digit.
    kinds: Vec<&'static str>,
    /// `<bill_number>-<reissue_number>` from the barcode; there may be no such slip.
    slip: String,
    /// preliminary or confirmed.
    kind: String,
    /// 収納日.
    paid_on: String,
    /// 収納時刻, `HH:MM`.
    paid_at: String,
    /// What was paid.
    amount_yen: i32,
    /// What the slip asks for; null when there is none.
    slip_amount_yen: Option<i32>,
    /// CVSコード.
    chain_code: String,
    store_code: String,
    /// Which file brought it, and where in it.
    import: Uuid,
    line: i32,
}

#[utoipa::path(get, path = "/v1/payments/exceptions", responses((status = 200, body = ExceptionList)))]
pub(in crate::http) async fn exceptions(call: Call, session: VerifiedSession) -> Answer {
    let kind = call.params.get("kind").map(PaymentException::parse).transpose();
    let kind = kind.map_err(|err| bad("kind", &err))?.map(PaymentException::as_str);
    let (paid_from, paid_to) = (bound(&call, "paid_from")?, bound(&call, "paid_to")?);
    let limit = paging::limit(&call.params)?;
    let conditions = [
        ("kind", kind.map(str::to_owned)),
        ("paid_from", paid_from.map(day)),
        ("paid_to", paid_to.map(day)),
    ];
    let list = List {
        key: call.app.keys.cursor_key(),
        tenant: session.tenant_id(),
        route: call.route().path,
        filter: conditions.into_iter().filter_map(|(name, it)| Some((name, it?))).collect(),
    };
    let now = call.app.now();
    let (after_paid_on, after_event_key) = match list.after(&call.params, now)? {
        Some(text) => read(&text).ok_or_else(|| Problem::new(&CURSOR_MISMATCH))?,
        None => (BEFORE, Vec::new()),
    };
    let wanted = ListExceptions {
        after_paid_on,
        after_event_key,
        paid_from,
        paid_to,
        kind: kind.map(str::to_owned),
        rows: i64::from(limit) + 1,
        examined_max: EXAMINED_MAX,
    };
    let examined = call.app.pool.read(&session, &wanted).await?;
    // All of them looked at as far as the limit lets them: behind the last there may be more.
    let edge = examined.first().filter(|it| EXAMINED_MAX <= it.events).map(|it| write(&it.last));
    let mut found: Vec<_> = examined.into_iter().filter_map(|it| it.strange).collect();
    let key = |it: &StrangePayment| write(&(it.paid_on, it.event_key.clone()));
    let page = list.page_up_to(&mut found, limit, now, key, edge)?;
    let data = found.into_iter().map(Exception::from).collect();
    let filter = list.filter.into_iter().collect();
    answer::json(StatusCode::OK, &ExceptionList { data, page, filter })
}

impl From<StrangePayment> for Exception {
    fn from(it: StrangePayment) -> Exception {
        Exception {
            kinds: it.exceptions.iter().map(|it| it.as_str()).collect(),
            slip: it.slip.to_string(),
            kind: it.kind,
            paid_on: day(it.paid_on),
            paid_at: clock(&it.paid_at),
            amount_yen: it.amount_yen,
            slip_amount_yen: it.slip_amount_yen,
            chain_code: it.chain_code,
            store_code: it.store_code,
            import: it.import_id,
            line: it.line,
        }
    }
}

/// A day of the conditions, written as due dates are.
fn bound(call: &Call, name: &'static str) -> Result<Option<Date>, Problem> {
    let read = call.params.get(name).map(DueDate::parse).transpose();
    Ok(read.map_err(|err| bad(name, &err))?.map(DueDate::date))
}

fn bad(name: &'static str, err: &Invalid) -> Problem {
    Problem::new(&BAD_PARAMETER).at([Fault::name(name, err.rule)])
}

fn write((paid_on, event_key): &(Date, Vec<u8>)) -> String {
    format!("{} {}", paid_on.to_julian_day(), hex::encode(event_key))
}

fn read(text: &str) -> Option<(Date, Vec<u8>)> {
    let (day, key) = text.split_once(' ')?;
    Some((Date::from_julian_day(day.parse().ok()?).ok()?, hex::decode(key).ok()?))
}
