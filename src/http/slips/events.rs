//! `GET /v1/slips/{id}/events`: what happened to one payment slip.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    domain::SlipId,
    http::{
        answer::{self, Answer, moment},
        call::Call,
        problem::{NOT_FOUND, Problem},
    },
    statements::slip_events::{self, ListSlipEvents},
};

/// All that happened, in order of time.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SlipEvents {
    data: Vec<SlipEvent>,
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SlipEvent {
    /// When it was written down here.
    at: String,
    /// registered, reissued, superseded, voided, preliminary, confirmed or preliminary_cancelled.
    kind: String,
    /// Which user did it; null for the registration and for payments.
    by: Option<Uuid>,
    /// The user's reason.
    reason: Option<String>,
    /// The slip before (reissued) or after (superseded).
    other: Option<String>,
    /// The payment, when it is one.
    payment: Option<EventPayment>,
}

/// A payment as the store told it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct EventPayment {
    /// 収納日, `YYYY-MM-DD`.
    paid_on: String,
    /// 収納時刻, `HH:MM`.
    paid_at: String,
    amount_yen: i32,
}

#[utoipa::path(get, path = "/v1/slips/{id}/events",
    params(("id" = String, Path, description = "`<bill_number>-<reissue_number>`.")),
    responses((status = 200, body = SlipEvents)))]
pub(in crate::http) async fn events(call: Call, session: VerifiedSession, id: String) -> Answer {
    // What is no id is an id that nobody has: the session is asked first either way.
    let id = SlipId::parse(&id).ok();
    let (bill_number, reissue_number) = id.as_ref().map_or((String::new(), -1), |it| {
        (it.bill_number.as_str().to_owned(), it.reissue_number.get())
    });
    let list = ListSlipEvents { bill_number: bill_number.clone(), reissue_number };
    let events = call.app.pool.read(&session, &list).await?;
    // Payments of a slip that was never registered are exceptions, and no slip.
    if !events.iter().any(|it| it.kind == "registered") {
        return Err(Problem::new(&NOT_FOUND));
    }
    let data = events.into_iter().map(|it| shown(it, &bill_number)).collect();
    answer::json(StatusCode::OK, &SlipEvents { data })
}

fn shown(it: slip_events::SlipEvent, bill_number: &str) -> SlipEvent {
    let payment = it.paid_on.zip(it.paid_at).zip(it.amount_yen);
    SlipEvent {
        at: moment(it.at),
        kind: it.kind,
        by: it.actor,
        reason: it.reason,
        other: it.other_reissue_number.map(|number| format!("{bill_number}-{number}")),
        payment: payment.map(|((day, minute), amount_yen)| EventPayment {
            paid_on: answer::day(day),
            paid_at: clock(&minute),
            amount_yen,
        }),
    }
}

/// `HHMM` as `HH:MM`.
pub(in crate::http) fn clock(minute: &str) -> String {
    minute.split_at_checked(2).map_or(String::new(), |(hour, rest)| format!("{hour}:{rest}"))
}
