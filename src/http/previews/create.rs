//! `POST /v1/previews`: what an export would hold, counted in one snapshot, with a token to order exactly that.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    domain::{self, ReportKind, Scope},
    export::{Preview as Shown, Warning},
    http::{
        answer::{self, Answer, moment},
        call::Call,
        exports::order,
        fields::Fields,
        previews::token,
        problem::Problem,
    },
    statements::exports::scope_to_json,
};

/// The fields of [`NewPreview`].
pub(in crate::http) const FIELDS: &[&str] = &["report", "filter"];

/// An export to think about.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct NewPreview {
    /// 帳票: slip_list.
    report: String,
    /// As in `POST /v1/exports`.
    #[schema(value_type = Object)]
    filter: Value,
}

/// What an export would hold.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Preview {
    report: &'static str,
    /// The filter as it was understood.
    filter: Value,
    rows: u64,
    pages: u32,
    /// The sum of all rows.
    amount_yen: i64,
    /// The first rows, 20 at most.
    first_rows: Vec<FirstRow>,
    usual: Usual,
    /// What to think about: `larger-than-usual` with `rows_p95`, `every-slip`.
    #[schema(value_type = Vec<Object>)]
    warnings: Vec<Value>,
    /// For `preview_token` of `POST /v1/exports`.
    token: String,
    expires_at: String,
}

/// What this biller usually exports.
/// A row as the report would print it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct FirstRow {
    /// Its name in URLs: `<bill_number>-<reissue_number>`.
    id: String,
    /// 請求番号, 16 digits.
    bill_number: String,
    /// 再発行区分, 0 to 9.
    reissue_number: i16,
    /// 顧客番号.
    customer_number: String,
    /// 顧客名.
    customer_name: String,
    /// 支払期限, `YYYY-MM-DD`; null when there is none.
    due_date: Option<String>,
    /// 印紙フラグ.
    revenue_stamp: bool,
    /// 請求金額, in yen.
    amount_yen: i32,
}

impl From<&domain::Slip> for FirstRow {
    fn from(it: &domain::Slip) -> FirstRow {
        FirstRow {
            id: it.id.to_string(),
            bill_number: it.id.bill_number.as_str().to_owned(),
            reissue_number: it.id.reissue_number.get(),
            customer_number: it.customer_number.as_str().to_owned(),
            customer_name: it.customer_name.as_str().to_owned(),
            due_date: it.due_date.map(domain::DueDate::iso),
            revenue_stamp: it.revenue_stamp,
            amount_yen: it.amount_yen.get(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Usual {
    /// Released exports of this report that were looked at, 200 at most.
    exports: i64,
    /// Nineteen of twenty had no more rows than this.
    rows_p95: Option<i32>,
}

#[utoipa::path(post, path = "/v1/previews", request_body = NewPreview,
    responses((status = 200, body = Preview)))]
pub(in crate::http) async fn create(mut call: Call, session: VerifiedSession) -> Answer {
    let (report, scope) = read(&call.json().await?)?;
    let shown = call.app.exporter.preview(&session, report, &scope).await?;
    let (token, until) = token::make(&call.app, session.tenant_id(), report, &scope, &shown)?;
    let Shown { rows, pages, amount_yen, first_rows, usual, warnings, .. } = shown;
    let body = Preview {
        report: report.as_str(),
        filter: scope_to_json(&scope),
        rows,
        pages,
        amount_yen,
        first_rows: first_rows.iter().map(FirstRow::from).collect(),
        usual: Usual { exports: usual.exports, rows_p95: usual.rows_p95 },
        warnings: warnings.into_iter().map(warning).collect(),
        token,
        expires_at: moment(until),
    };
    answer::json(StatusCode::OK, &body)
}

fn warning(it: Warning) -> Value {
    match it {
        Warning::LargerThanUsual { rows_p95 } => {
            json!({"code": "larger-than-usual", "rows_p95": rows_p95})
        }
        Warning::EverySlip => json!({"code": "every-slip"}),
    }
}

fn read(body: &Value) -> Result<(ReportKind, Scope), Problem> {
    let mut fields = Fields::of(body, "", FIELDS)?;
    let report = fields.text("report").map(ReportKind::parse);
    let report = report.and_then(|it| fields.keep("report", it));
    let scope = order::scope(fields.optional("filter"))?;
    fields.finish(report.map(|it| (it, scope)))
}
