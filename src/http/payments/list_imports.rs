//! `GET /v1/payment-imports`: the settlement files that were taken in, the latest first.

use http::StatusCode;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    db::statements::payments::{ListPaymentImports, PaymentImportLine},
    http::{
        answer::{self, Answer},
        call::Call,
        paging::{self, List, Page},
        payments::import::PaymentImport,
        problem::{CURSOR_MISMATCH, Problem},
    },
};

/// Settlement files, the latest first.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PaymentImportList {
    data: Vec<PaymentImport>,
    page: Page,
}

#[utoipa::path(get, path = "/v1/payment-imports", responses((status = 200, body = PaymentImportList)))]
pub(in crate::http) async fn list_imports(call: Call, session: VerifiedSession) -> Answer {
    let limit = paging::limit(&call.params)?;
    let list = List {
        key: call.app.keys.cursor_key(),
        tenant: session.tenant_id(),
        route: call.route().path,
        filter: Vec::new(),
    };
    let now = call.app.now();
    let (before_imported_at, before_import_id) = match list.after(&call.params, now)? {
        Some(text) => read(&text).ok_or_else(|| Problem::new(&CURSOR_MISMATCH))?,
        // Later than any: the clocks of two machines may differ, by less than a day.
        None => (now + time::Duration::DAY, Uuid::max()),
    };
    let rows = i64::from(limit) + 1;
    let wanted = ListPaymentImports { before_imported_at, before_import_id, rows };
    let mut lines = call.app.pool.read(&session, &wanted).await?;
    let page = list.page(&mut lines, limit, now, write)?;
    let data = lines.into_iter().map(PaymentImport::from).collect();
    answer::json(StatusCode::OK, &PaymentImportList { data, page })
}

fn write(it: &PaymentImportLine) -> String {
    format!("{} {}", it.imported_at.unix_timestamp_nanos(), it.import_id)
}

fn read(text: &str) -> Option<(OffsetDateTime, Uuid)> {
    let (at, id) = text.split_once(' ')?;
    let at = OffsetDateTime::from_unix_timestamp_nanos(at.parse().ok()?).ok()?;
    Some((at, Uuid::parse_str(id).ok()?))
}
