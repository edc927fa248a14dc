//! `POST /v1/slips/{id}/reissue`: issue a payment slip again under the next number.

use http::{StatusCode, header};
use serde_json::Value;
use time::Date;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    domain::{DueDate, Reason, SlipId, StandingSlip, Withdrawal},
    http::{
        answer::{Answer, set},
        call::Call,
        etag::IfMatch,
        fields::Fields,
        idempotency::{Key, replayed},
        json::{self, Tenant},
        problem::{
            ETAG_MISMATCH, Fault, INTERNAL, Problem, REISSUES_USED_UP, SLIP_EXISTS,
            VALIDATION_FAILED,
        },
        slips::{Slip, change, shown},
    },
    statements::slip_events::{ReissueSlip, WithdrawSlip, Withdrawn},
    wall,
};

/// The fields of [`Reissue`].
pub(in crate::http) const FIELDS: &[&str] = &["reason", "due_date"];

/// Why a slip is issued again, and until when. The amount stays: another amount is another bill.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct Reissue {
    /// 1 to 200 characters.
    reason: String,
    /// 支払期限 of the new slip, today or later; that of the old one when left out.
    due_date: Option<String>,
}

#[utoipa::path(post, path = "/v1/slips/{id}/reissue", request_body = Reissue,
    params(("id" = String, Path, description = "`<bill_number>-<reissue_number>`.")),
    responses((status = 201, body = Slip)))]
pub(in crate::http) async fn reissue(
    mut call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    let bytes = call.bytes().await?;
    let (reason, due_date) = read(&json::parse(&bytes, Tenant::Never)?)?;
    let key = Key::of(&call, &bytes)?;
    let if_match = IfMatch::of(&call.headers)?;
    let (id, today) = (SlipId::parse(&id).ok(), call.app.today());
    let mut tx = call.app.pool.enter(&session).await?;
    if let Some(ids) = key.find(&mut tx, &session).await? {
        let slip = change::of_key(&mut tx, &ids).await?;
        tx.commit().await?;
        return Ok(replayed(made(&slip, today)?));
    }
    let before = change::open_slip(&mut tx, id.as_ref(), &if_match, today).await?;
    let due_date = due_date.or(before.slip.due_date);
    if due_date.is_some_and(|it| it.date() < today) {
        let fault = Fault::pointer("/due_date", "must be today or later");
        return Err(Problem::new(&VALIDATION_FAILED).at([fault]));
    }
    let (id, next) = (before.slip.id.clone(), next(&before)?);
    key.put(&mut tx, &session, vec![next.to_string()]).await?;
    match tx.fetch_one(&ReissueSlip::new(&id, due_date)).await {
        Ok(inserted) if inserted == next => {}
        Ok(_) => return Err(Problem::new(&INTERNAL).because("another number was issued")),
        Err(wall::Error::Taken { .. }) => {
            drop(tx);
            return Err(taken(&call, &session, &id, &next, &if_match).await?);
        }
        Err(err) => return Err(err.into()),
    }
    let withdraw = WithdrawSlip::new(&id, Withdrawal::Superseded, &reason);
    if tx.fetch_one(&withdraw).await? == Withdrawn::Before {
        return Err(Problem::new(&ETAG_MISMATCH));
    }
    let slip = change::get(&mut tx, &next).await?;
    tx.commit().await?;
    made(&slip, today)
}

fn made(slip: &StandingSlip, today: Date) -> Answer {
    let mut response = shown(slip, today, StatusCode::CREATED)?;
    set(&mut response, header::LOCATION, &format!("/v1/slips/{}", slip.slip.id));
    Ok(response)
}

/// Why the next number is taken: somebody issued it meanwhile, or registered it by hand.
async fn taken(
    call: &Call,
    session: &VerifiedSession,
    id: &SlipId,
    next: &SlipId,
    if_match: &IfMatch,
) -> Result<Problem, Problem> {
    let mut tx = call.app.pool.enter(session).await?;
    change::open_slip(&mut tx, Some(id), if_match, call.app.today()).await?;
    tx.commit().await?;
    Ok(Problem::new(&SLIP_EXISTS).with("ids", vec![next.to_string()]))
}

/// The name of the issue after this one.
fn next(slip: &StandingSlip) -> Result<SlipId, Problem> {
    let id = &slip.slip.id;
    let number = id.reissue_number.next().ok_or_else(|| Problem::new(&REISSUES_USED_UP))?;
    Ok(SlipId { bill_number: id.bill_number.clone(), reissue_number: number })
}

fn read(body: &Value) -> Result<(Reason, Option<DueDate>), Problem> {
    let mut fields = Fields::of(body, "", FIELDS)?;
    let reason = fields.text("reason").map(Reason::new);
    let reason = reason.and_then(|it| fields.keep("reason", it));
    let due = fields.optional_text("due_date").map(DueDate::parse);
    let due = due.and_then(|it| fields.keep("due_date", it));
    fields.finish(reason.map(|it| (it, due)))
}
