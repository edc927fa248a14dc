//! `POST /v1/slips`: register payment slips, all or none.

use http::{StatusCode, header};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    domain::{self, SlipId, StandingSlip},
    http::{
        answer::{self, Answer, set},
        call::Call,
        idempotency::{Key, replayed},
        json::{self, Tenant},
        problem::{Problem, SLIP_EXISTS},
        slips::{
            Slip,
            new_slip::{self, Registration},
            shown,
        },
    },
    statements::slips::{GetSlips, NoteRegistered, RegisterSlips, TakenSlips},
    wall,
};

/// Slips that were registered.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Registered {
    data: Vec<Slip>,
}

/// One slip as one object, several as a list.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "`One` is the shape that OpenAPI shows; the answer has its tag too")]
pub(in crate::http) enum RegisteredAnswer {
    One(Slip),
    Many(Registered),
}

#[utoipa::path(post, path = "/v1/slips", request_body = Registration,
    responses((status = 201, body = RegisteredAnswer)))]
pub(in crate::http) async fn register(mut call: Call, session: VerifiedSession) -> Answer {
    let bytes = call.bytes().await?;
    let key = Key::of(&call, &bytes)?;
    let body = json::parse(&bytes, Tenant::Never)?;
    let unprintable = |it: &str| call.app.exporter.first_unprintable(it);
    let (slips, one) = new_slip::read_all(&body, &unprintable)?;
    let mut tx = call.app.pool.enter(&session).await?;
    if let Some(ids) = key.find(&mut tx, &session).await? {
        let ids: Vec<SlipId> = ids.iter().filter_map(|it| SlipId::parse(it).ok()).collect();
        let slips = tx.fetch(&GetSlips::new(ids.iter())).await?;
        tx.commit().await?;
        return Ok(replayed(answer(&slips, call.app.today(), one)?));
    }
    // Before the slips: of two equal requests at once the second must meet the key, not the slips.
    let ids: Vec<String> = slips.iter().map(|it| it.id.to_string()).collect();
    key.put(&mut tx, &session, ids).await?;
    match tx.fetch(&RegisterSlips::new(&slips)).await {
        Ok(_) => {}
        Err(wall::Error::Taken { .. }) => {
            drop(tx);
            return Err(exists(&call, &session, &slips).await?);
        }
        Err(err) => return Err(err.into()),
    }
    // Read again in order of their names, with their states: a payment may have come before its slip.
    let slips = tx.fetch(&GetSlips::new(slips.iter().map(|it| &it.id))).await?;
    tx.fetch_one(&NoteRegistered::new(slips.iter().map(|it| &it.slip.id))).await?;
    tx.commit().await?;
    answer(&slips, call.app.today(), one)
}

/// Which of these exist, of the biller's own: keys of others cannot collide.
async fn exists(
    call: &Call,
    session: &VerifiedSession,
    slips: &[domain::NewSlip],
) -> Result<Problem, Problem> {
    let taken = TakenSlips::new(slips.iter().map(|it| &it.id));
    let ids = call.app.pool.read(session, &taken).await?;
    let ids: Vec<String> = ids.iter().map(SlipId::to_string).collect();
    Ok(Problem::new(&SLIP_EXISTS).with("ids", ids))
}

fn answer(slips: &[StandingSlip], today: Date, one: bool) -> Answer {
    match slips {
        [slip] if one => {
            let mut response = shown(slip, today, StatusCode::CREATED)?;
            set(&mut response, header::LOCATION, &format!("/v1/slips/{}", slip.slip.id));
            Ok(response)
        }
        _ => {
            let data = slips.iter().map(|it| Slip::on(it, today)).collect();
            answer::json(StatusCode::CREATED, &RegisteredAnswer::Many(Registered { data }))
        }
    }
}
