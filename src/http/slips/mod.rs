//! 払込票: payment slips.

mod change;
pub(super) mod events;
pub(super) mod get;
pub(super) mod list;
pub(super) mod new_slip;
pub(super) mod register;
pub(super) mod reissue;
pub(super) mod void;

use http::StatusCode;
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;
use warp::{Filter, filters::BoxedFilter};

use crate::{
    domain::{self, StandingSlip},
    http::{
        answer::{self, Answer, Response},
        app::App,
        call::{self, sealed},
        etag,
    },
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let all = warp::path!("v1" / "slips");
    let one = warp::path!("v1" / "slips" / String);
    let list = all.and(warp::get()).and(arrival.clone()).then(|it| sealed(it, list::list));
    let register =
        all.and(warp::post()).and(arrival.clone()).then(|it| sealed(it, register::register));
    let get = one
        .and(warp::get())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, session| get::get(call, session, id)));
    list.or(register).unify().or(get).unify().or(life(app)).unify().boxed()
}

/// What happens to one slip after its registration.
fn life(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let reissue = warp::path!("v1" / "slips" / String / "reissue")
        .and(warp::post())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, who| reissue::reissue(call, who, id)));
    let void = warp::path!("v1" / "slips" / String / "void")
        .and(warp::post())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, who| void::void(call, who, id)));
    let events = warp::path!("v1" / "slips" / String / "events")
        .and(warp::get())
        .and(arrival)
        .then(|id: String, it| sealed(it, move |call, who| events::events(call, who, id)));
    reissue.or(void).unify().or(events).unify().boxed()
}

/// An answer that shows one slip, with the tag of what it shows.
fn shown(slip: &StandingSlip, today: Date, status: StatusCode) -> Answer {
    let slip = Slip::on(slip, today);
    let mut response = answer::json(status, &slip)?;
    etag::put(&mut response, &slip)?;
    Ok(response)
}

/// A payment slip.
#[derive(Serialize, ToSchema)]
pub(super) struct Slip {
    /// Its name in URLs: `<bill_number>-<reissue_number>`.
    id: String,
    /// 請求番号, 16 digits.
    bill_number: String,
    /// 再発行区分, 0 to 9.
    reissue_number: i16,
    /// 顧客番号.
    customer_number: String,
    /// 顧客名.
    customer_name: String,
    /// 支払期限, `YYYY-MM-DD`; null when there is none.
    due_date: Option<String>,
    /// 印紙フラグ: whether the store must affix a revenue stamp.
    revenue_stamp: bool,
    /// 請求金額, in yen.
    amount_yen: i32,
    /// issued, expired, preliminary_paid, confirmed, superseded or void.
    state: &'static str,
    /// What is known of its payment, whatever its state: none, preliminary or confirmed.
    payment: &'static str,
}

impl Slip {
    /// A slip as it stands on a day.
    fn on(standing: &StandingSlip, today: Date) -> Slip {
        let it: &domain::Slip = &standing.slip;
        Slip {
            id: it.id.to_string(),
            bill_number: it.id.bill_number.as_str().to_owned(),
            reissue_number: it.id.reissue_number.get(),
            customer_number: it.customer_number.as_str().to_owned(),
            customer_name: it.customer_name.as_str().to_owned(),
            due_date: it.due_date.map(domain::DueDate::iso),
            revenue_stamp: it.revenue_stamp,
            amount_yen: it.amount_yen.get(),
            state: standing.state(today).as_str(),
            payment: standing.payments.state().as_str(),
        }
    }
}
