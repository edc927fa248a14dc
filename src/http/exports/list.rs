//! `GET /v1/exports`: the biller's exports, the latest first.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        exports::Export,
        paging::{self, List, Page},
    },
    statements::exports::ListExports,
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
    let (before_ordered_at, before_export_id) = list.before(&call.params, now)?;
    let wanted = ListExports { before_ordered_at, before_export_id, rows: i64::from(limit) + 1 };
    let mut lines = call.app.pool.read(&session, &wanted).await?;
    let page =
        list.page(&mut lines, limit, now, |it| paging::moment_key(it.ordered_at, it.export_id.0))?;
    let data = lines.into_iter().map(Export::from).collect();
    answer::json(StatusCode::OK, &ExportList { data, page })
}
