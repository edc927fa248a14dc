//! `POST /v1/slips`: register payment slips, all or none.

use http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    db::{
        self, SealedTx,
        statements::slips::{GetSlips, NoteRegistered, RegisterSlips, TakenSlips},
    },
    domain::{self, SlipId},
    http::{
        answer::{self, Answer, set},
        call::Call,
        idempotency::{Key, replayed},
        json::{self, Tenant},
        problem::{INTERNAL, Problem, SLIP_EXISTS},
        slips::{
            Slip,
            new_slip::{self, Registration},
        },
    },
};

/// Slips that were registered.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Registered {
    data: Vec<Slip>,
}

/// One slip as one object, several as a list.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(in crate::http) enum RegisteredAnswer {
    One(Slip),
    Many(Registered),
}

#[utoipa::path(post, path = "/v1/slips", request_body = Registration,
    responses((status = 201, body = RegisteredAnswer)))]
pub(in crate::http) async fn register(mut call: Call, session: VerifiedSession) -> Answer {
    let bytes = call.bytes().await?;
    let key = Key::of(&call, &bytes)?;
    let (slips, one) = new_slip::read_all(&json::parse(&bytes, Tenant::Never)?)?;
    let mut tx = call.app.pool.enter(&session).await?;
    if let Some(ids) = key.find(&mut tx, &session).await? {
        let answer = stored(&mut tx, &ids, one).await?;
        tx.commit().await?;
        return Ok(replayed(answer));
    }
    // Before the slips: of two equal requests at once the second must meet the key, not the slips.
    let ids: Vec<String> = slips.iter().map(|it| it.id.to_string()).collect();
    key.put(&mut tx, &session, ids).await?;
    let rows = match tx.fetch(&RegisterSlips::new(&slips)).await {
        Ok(rows) => rows,
        Err(db::Error::Taken { .. }) => {
            drop(tx);
            return Err(exists(&call, &session, &slips).await?);
        }
        Err(err) => return Err(err.into()),
    };
    let ordered = ordered(rows);
    note(&mut tx, &ordered).await?;
    tx.commit().await?;
    answer(&ordered, one)
}

async fn note(tx: &mut SealedTx, slips: &[domain::Slip]) -> Result<(), Problem> {
    let (Some(first), Some(last)) = (slips.first(), slips.last()) else {
        return Err(Problem::new(&INTERNAL).because("nothing was registered"));
    };
    let note = NoteRegistered {
        count: i32::try_from(slips.len()).unwrap_or(i32::MAX),
        first: first.id.to_string(),
        last: last.id.to_string(),
    };
    tx.fetch_one(&note).await?;
    Ok(())
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

/// The answer to a retry: made of what is stored.
async fn stored(tx: &mut SealedTx, ids: &[String], one: bool) -> Answer {
    let ids: Vec<SlipId> = ids.iter().filter_map(|it| SlipId::parse(it).ok()).collect();
    let slips = tx.fetch(&GetSlips::new(ids.iter())).await?;
    answer(&slips, one)
}

fn ordered(mut slips: Vec<domain::Slip>) -> Vec<domain::Slip> {
    slips.sort_by(|a, b| a.id.cmp(&b.id));
    slips
}

fn answer(slips: &[domain::Slip], one: bool) -> Answer {
    match slips {
        [slip] if one => {
            let body = RegisteredAnswer::One(Slip::from(slip));
            let mut response = answer::json(StatusCode::CREATED, &body)?;
            set(&mut response, header::LOCATION, &format!("/v1/slips/{}", slip.id));
            Ok(response)
        }
        _ => {
            let data = slips.iter().map(Slip::from).collect();
            answer::json(StatusCode::CREATED, &RegisteredAnswer::Many(Registered { data }))
        }
    }
}
