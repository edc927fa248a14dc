//! `GET /v1/exports`: the biller's exports, the latest first.

use http::StatusCode;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    db::statements::exports::{ExportLine, ListExports},
    http::{
        answer::{self, Answer},
        call::Call,
        exports::Export,
        paging::{self, List, Page},
        problem::{CURSOR_MISMATCH, Problem},
    },
};

/// Exports, the latest first.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ExportList {
    data: Vec<Export>,
    page: Page,
}

#[utoipa::path(get, path = "/v1/exports", responses((status = 200, body = ExportList)))]
pub(in crate::http) async fn list(call: Call, session: VerifiedSession) -> Answer {
    let limit = paging::limit(&call.params)?;
    let list = List {
        key: call.app.keys.cursor_key(),
        tenant: session.tenant_id(),
        route: call.route().path,
        filter: Vec::new(),
    };
    let now = call.app.now();
    let (before_ordered_at, before_export_id) = match list.after(&call.params, now)? {
        Some(text) => read(&text).ok_or_else(|| Problem::new(&CURSOR_MISMATCH))?,
        // Later than any: the clocks of two machines may differ, by less than a day.
        None => (now + time::Duration::DAY, Uuid::max()),
    };
    let wanted = ListExports { before_ordered_at, before_export_id, rows: i64::from(limit) + 1 };
    let mut lines = call.app.pool.read(&session, &wanted).await?;
    let page = list.page(&mut lines, limit, now, write)?;
    let data = lines.into_iter().map(Export::from).collect();
    answer::json(StatusCode::OK, &ExportList { data, page })
}

fn write(it: &ExportLine) -> String {
    format!("{} {}", it.ordered_at.unix_timestamp_nanos(), it.export_id.0)
}

fn read(text: &str) -> Option<(OffsetDateTime, Uuid)> {
    let (at, id) = text.split_once(' ')?;
    let at = OffsetDateTime::from_unix_timestamp_nanos(at.parse().ok()?).ok()?;
    Some((at, Uuid::parse_str(id).ok()?))
}
