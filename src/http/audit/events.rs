//! `GET /v1/audit/events`: the audit chain in its order, for a tenant-admin, with all that its hashes are made of.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    domain::Role,
    export::chain,
    http::{
        answer::{self, Answer},
        call::Call,
        paging::{self, List, Page},
        params::Params,
        problem::{BAD_PARAMETER, CURSOR_MISMATCH, Fault, Problem, ROLE_REQUIRED},
    },
    statements::{
        audit::{EventLine, ListEvents},
        users::GetUser,
    },
};

/// The conditions there are.
const CONDITIONS: &[&str] = &["actor", "action", "object", "from", "to"];

/// Longer than any action or object.
const TEXT_MAX: usize = 200;

/// Events in the order of the chain.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct EventList {
    data: Vec<Event>,
    page: Page,
}

/// One event. `hash` is SHA-256 over `previous_hash` and, each with its length as four bytes, big-endian: `chain`,
/// `seq`, `at`, `actor`, `action`, `object` and `detail_text`.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Event {
    /// The number of the biller's chain.
    chain: i32,
    /// Place in it, from 1.
    seq: i64,
    at: String,
    /// A user, or zeros for the service.
    actor: Uuid,
    action: String,
    /// An id, or a bill number.
    object: String,
    #[schema(value_type = Object)]
    detail: Value,
    /// `detail` as it was hashed, to the letter.
    detail_text: String,
    /// In hexadecimal digits.
    previous_hash: String,
    /// In hexadecimal digits.
    hash: String,
}

impl From<EventLine> for Event {
    fn from(it: EventLine) -> Event {
        Event {
            chain: it.tenant_id,
            seq: it.seq,
            at: chain::moment(it.at),
            actor: it.actor,
            action: it.action,
            object: it.object,
            detail: serde_json::from_str(&it.detail).unwrap_or_default(),
            detail_text: it.detail,
            previous_hash: hex::encode(it.previous_hash),
            hash: hex::encode(it.hash),
        }
    }
}

#[utoipa::path(get, path = "/v1/audit/events", responses((status = 200, body = EventList)))]
pub(in crate::http) async fn events(call: Call, session: VerifiedSession) -> Answer {
    let limit = paging::limit(&call.params)?;
    let list = List {
        key: call.app.keys.cursor_key(),
        tenant: session.tenant_id(),
        route: call.route().path,
        filter: call.params.among(CONDITIONS).map(|(name, it)| (name, it.to_owned())).collect(),
    };
    let now = call.app.now();
    let after_seq = match list.after(&call.params, now)? {
        Some(text) => text.parse().map_err(|_| Problem::new(&CURSOR_MISMATCH))?,
        None => 0,
    };
    let wanted = read(&call.params, after_seq, i64::from(limit) + 1)?;
    let mut tx = call.app.pool.enter(&session).await?;
    // What the token says of roles is for display; the database knows.
    let user = tx.fetch_one(&GetUser { user_id: session.user_id().0 }).await?;
    if user.role != Role::TenantAdmin {
        return Err(Problem::new(&ROLE_REQUIRED));
    }
    let mut lines = tx.fetch(&wanted).await?;
    tx.commit().await?;
    let page = list.page(&mut lines, limit, now, |it| it.seq.to_string())?;
    let data = lines.into_iter().map(Event::from).collect();
    answer::json(StatusCode::OK, &EventList { data, page })
}

fn read(params: &Params, after_seq: i64, rows: i64) -> Result<ListEvents, Problem> {
    let fault = |name, rule| Problem::new(&BAD_PARAMETER).at([Fault::name(name, rule)]);
    let text = |name: &'static str| match params.get(name) {
        Some(it) if it.is_empty() || TEXT_MAX < it.len() => {
            Err(fault(name, "must be 1 to 200 characters"))
        }
        it => Ok(it.map(str::to_owned)),
    };
    let moment = |name: &'static str| {
        let parse = |it: &str| OffsetDateTime::parse(it, &Rfc3339);
        params
            .get(name)
            .map(parse)
            .transpose()
            .map_err(|_| fault(name, "must be a moment of RFC 3339"))
    };
    let actor = params.get("actor").map(Uuid::parse_str).transpose();
    Ok(ListEvents {
        after_seq,
        actor: actor.map_err(|_| fault("actor", "must be a user's id"))?,
        action: text("action")?,
        object: text("object")?,
        from: moment("from")?,
        to: moment("to")?,
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::{CONDITIONS, read};
    use crate::http::params::Params;

    #[test]
    fn a_condition_that_cannot_be_read_is_never_no_condition() {
        let of = |query: &str| {
            let params = Params::read(query, CONDITIONS.iter().copied()).expect("known");
            read(&params, 0, 1).err().map(|it| it.slug())
        };
        assert_eq!(of(""), None);
        assert_eq!(of("action=export.ordered&from=2026-11-22T10:15:00%2B09:00"), None);
        for bad in ["action=", "actor=me", "from=yesterday", "to=", "from=2026-11-22"] {
            assert_eq!(of(bad), Some("bad-parameter"), "{bad}");
        }
    }
}
