//! `GET /v1/slips`: payment slips in order of their names.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    db::statements::slips::ListSlips,
    domain::{SlipFilter, SlipId},
    http::{
        answer::{self, Answer},
        call::Call,
        paging::{self, List, Page},
        params::Params,
        problem::{BAD_PARAMETER, CURSOR_MISMATCH, Fault, Problem},
        slips::Slip,
    },
};

/// Slips in order.
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
    let limit = paging::limit(&call.params)?;
    let list = List {
        key: call.app.keys.cursor_key(),
        tenant: session.tenant_id(),
        route: call.route().path,
        filter: filter.pairs(),
    };
    let now = call.app.now();
    let after = list.after(&call.params, now)?.map(|it| SlipId::parse(&it));
    let after = after.transpose().map_err(|_| Problem::new(&CURSOR_MISMATCH))?;
    let wanted = ListSlips::new(&filter, after.as_ref(), limit + 1);
    let mut slips = call.app.pool.read(&session, &wanted).await?;
    let page = list.page(&mut slips, limit, now, |it| it.slip.id.to_string())?;
    let today = call.app.today();
    let body = SlipList {
        data: slips.iter().map(|it| Slip::on(it, today)).collect(),
        page,
        filter: list.filter.into_iter().collect(),
    };
    answer::json(StatusCode::OK, &body)
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
