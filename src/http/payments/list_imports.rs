//! `GET /v1/payment-imports`: the settlement files that were taken in, the latest first.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        paging::{self, List, Page},
        payments::import::PaymentImport,
    },
    statements::payments::ListPaymentImports,
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
    let (before_imported_at, before_import_id) = list.before(&call.params, now)?;
    let rows = i64::from(limit) + 1;
    let wanted = ListPaymentImports { before_imported_at, before_import_id, rows };
    let mut lines = call.app.pool.read(&session, &wanted).await?;
    let page =
        list.page(&mut lines, limit, now, |it| paging::moment_key(it.imported_at, it.import_id))?;
    let data = lines.into_iter().map(PaymentImport::from).collect();
    answer::json(StatusCode::OK, &PaymentImportList { data, page })
}
