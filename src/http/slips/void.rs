//! `POST /v1/slips/{id}/void`: take a payment slip back.

use http::StatusCode;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    domain::{Reason, SlipId, Withdrawal},
    http::{
        answer::Answer,
        call::Call,
        etag::IfMatch,
        fields::Fields,
        idempotency::{Key, replayed},
        json::{self, Tenant},
        problem::{ETAG_MISMATCH, Problem},
        slips::{Slip, change, shown},
    },
    statements::slip_events::{WithdrawSlip, Withdrawn},
};

/// The fields of [`Voiding`].
pub(in crate::http) const FIELDS: &[&str] = &["reason"];

/// Why a slip is taken back.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct Voiding {
    /// 1 to 200 characters.
    reason: String,
}

#[utoipa::path(post, path = "/v1/slips/{id}/void", request_body = Voiding,
    params(("id" = String, Path, description = "`<bill_number>-<reissue_number>`.")),
    responses((status = 200, body = Slip)))]
pub(in crate::http) async fn void(mut call: Call, session: VerifiedSession, id: String) -> Answer {
    let bytes = call.bytes().await?;
    let reason = read(&json::parse(&bytes, Tenant::Never)?)?;
    let key = Key::of(&call, &bytes)?;
    let if_match = IfMatch::of(&call.headers)?;
    let id = SlipId::parse(&id).ok();
    let mut tx = call.app.pool.enter(&session).await?;
    if let Some(ids) = key.find(&mut tx, &session).await? {
        let slip = change::of_key(&mut tx, &ids).await?;
        tx.commit().await?;
        return Ok(replayed(shown(&slip, call.app.today(), StatusCode::OK)?));
    }
    let before = change::open_slip(&mut tx, id.as_ref(), &if_match, call.app.today()).await?;
    let id = before.slip.id;
    key.put(&mut tx, &session, vec![id.to_string()]).await?;
    let withdraw = WithdrawSlip::new(&id, Withdrawal::Voided, &reason);
    if tx.fetch_one(&withdraw).await? == Withdrawn::Before {
        return Err(Problem::new(&ETAG_MISMATCH));
    }
    let slip = change::get(&mut tx, &id).await?;
    tx.commit().await?;
    shown(&slip, call.app.today(), StatusCode::OK)
}

fn read(body: &Value) -> Result<Reason, Problem> {
    let mut fields = Fields::of(body, "", FIELDS)?;
    let reason = fields.text("reason").map(Reason::new);
    let reason = reason.and_then(|it| fields.keep("reason", it));
    fields.finish(reason)
}
