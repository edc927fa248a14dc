//! `GET /v1/slips`: payment slips in order of their names.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    domain::{SlipFilter, SlipId, SlipState, StandingSlip},
    http::{
        answer::{self, Answer},
        call::Call,
        paging::{self, List, Page},
        params::Params,
        problem::{BAD_PARAMETER, CURSOR_MISMATCH, Fault, Problem},
        slips::Slip,
    },
    statements::slips::ListSlips,
};

/// The parameters besides the conditions of a filter and those of every list.
pub(in crate::http) const PARAMS: &[&str] = &["state"];

/// Slips that one page looks at when it is asked for a state: that is read off what happened to each, and no index
/// knows it.
const EXAMINED_MAX: usize = 2_000;

/// Of these at a time.
const EXAMINED_AT_ONCE: u32 = 200;

/// Slips in order. Where a state is asked for a page looks at 2,000 slips at most: it may be short, or empty, and there
/// is more as long as there is a next one.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct SlipList {
    data: Vec<Slip>,
    page: Page,
    /// The conditions as they were understood: a prefix has become a range.
    filter: BTreeMap<&'static str, String>,
}

#[utoipa::path(get, path = "/v1/slips", responses((status = 200, body = SlipList)))]
pub(in crate::http) async fn list(call: Call, session: VerifiedSession) -> Answer {
    let filter = filter(&call.params)?;
    let states = states(&call.params)?;
    let limit = paging::limit(&call.params)?;
    let mut conditions = filter.pairs();
    conditions.extend(states.as_ref().map(|it| ("state", written(it))));
    let list = List {
        key: call.app.keys.cursor_key(),
        tenant: session.tenant_id(),
        route: call.route().path,
        filter: conditions,
    };
    let now = call.app.now();
    let after = list.after(&call.params, now)?.map(|it| SlipId::parse(&it));
    let after = after.transpose().map_err(|_| Problem::new(&CURSOR_MISMATCH))?;
    let (mut slips, edge) = match &states {
        None => {
            let wanted = ListSlips::new(&filter, after.as_ref(), limit + 1);
            (call.app.pool.read(&session, &wanted).await?, None)
        }
        Some(states) => search(&call, &session, &filter, states, after, limit as usize).await?,
    };
    let key = |it: &StandingSlip| it.slip.id.to_string();
    let page = list.page_up_to(&mut slips, limit, now, key, edge.map(|it| it.to_string()))?;
    let today = call.app.today();
    let body = SlipList {
        data: slips.iter().map(|it| Slip::on(it, today)).collect(),
        page,
        filter: list.filter.into_iter().collect(),
    };
    answer::json(StatusCode::OK, &body)
}

/// Looks through slips until more than `limit` are in one of these states, there are no more, or enough were looked at:
/// then the last of them is told as well.
async fn search(
    call: &Call,
    session: &VerifiedSession,
    filter: &SlipFilter,
    states: &[SlipState],
    mut after: Option<SlipId>,
    limit: usize,
) -> Result<(Vec<StandingSlip>, Option<SlipId>), Problem> {
    let today = call.app.today();
    let (mut found, mut examined) = (Vec::new(), 0);
    loop {
        let wanted = ListSlips::new(filter, after.as_ref(), EXAMINED_AT_ONCE);
        let slips = call.app.pool.read(session, &wanted).await?;
        let was_last = slips.len() < EXAMINED_AT_ONCE as usize;
        examined += slips.len();
        after = slips.last().map(|it| it.slip.id.clone());
        found.extend(slips.into_iter().filter(|it| states.contains(&it.state(today))));
        if was_last || limit < found.len() {
            return Ok((found, None));
        }
        if EXAMINED_MAX <= examined {
            return Ok((found, after));
        }
    }
}

fn filter(params: &Params) -> Result<SlipFilter, Problem> {
    let mut filter = SlipFilter::open();
    for (name, value) in params.among(SlipFilter::CONDITIONS) {
        filter = filter
            .with(name, value)
            .map_err(|err| Problem::new(&BAD_PARAMETER).at([Fault::name(name, err.rule)]))?;
    }
    Ok(filter)
}

/// The states that were asked for, each once and in our order, whatever the order of the words.
fn states(params: &Params) -> Result<Option<Vec<SlipState>>, Problem> {
    let Some(text) = params.get("state") else { return Ok(None) };
    let named: Vec<SlipState> = text
        .split(',')
        .map(SlipState::parse)
        .collect::<Result<_, _>>()
        .map_err(|err| Problem::new(&BAD_PARAMETER).at([Fault::name("state", err.rule)]))?;
    let wanted = SlipState::ALL.into_iter().filter(|it| named.contains(it));
    Ok(Some(wanted.collect()))
}

fn written(states: &[SlipState]) -> String {
    states.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(",")
}
