//! `POST /v1/exports/{id}/print-reports`: up to which page a list was printed.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    domain::Invalid,
    http::{
        answer::{self, Answer, moment},
        call::Call,
        exports::free_text_fits,
        fields::Fields,
        idempotency::{Key, replayed},
        json::{self, Tenant},
        problem::{EXPORT_NOT_READY, Fault, NOT_FOUND, Problem, VALIDATION_FAILED},
    },
    statements::export_life::{GetPrintReport, PrintOutcome, ReportPrint},
    wall::SealedTx,
};

/// The fields of [`NewPrintReport`].
pub(in crate::http) const FIELDS: &[&str] = &["last_printed_page", "note"];

/// What was printed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct NewPrintReport {
    /// The last page that came out of the printer; 0 for none.
    last_printed_page: u32,
    /// At most 200 characters.
    note: Option<String>,
}

/// A report of what was printed. Each is kept.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PrintReport {
    export_id: Uuid,
    /// Counts the reports of one export, from 1.
    report_number: i32,
    reported_at: String,
    reported_by: Uuid,
    last_printed_page: i32,
    note: Option<String>,
}

#[utoipa::path(post, path = "/v1/exports/{id}/print-reports", request_body = NewPrintReport,
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 201, body = PrintReport)))]
pub(in crate::http) async fn print_report(
    mut call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    let bytes = call.bytes().await?;
    let key = Key::of(&call, &bytes)?;
    let export_id = Uuid::parse_str(&id).unwrap_or(Uuid::nil());
    let report = read(&json::parse(&bytes, Tenant::Never)?, export_id)?;
    let mut tx = call.app.pool.enter(&session).await?;
    if let Some(ids) = key.find(&mut tx, &session).await? {
        let number = ids.first().and_then(|it| it.parse().ok()).unwrap_or(0);
        let answer = reported(&mut tx, export_id, number).await?;
        tx.commit().await?;
        return Ok(replayed(answer));
    }
    let number = match tx.fetch_one(&report).await? {
        PrintOutcome::Reported(number) => number,
        PrintOutcome::NotFound => return Err(Problem::new(&NOT_FOUND)),
        PrintOutcome::NotReleased => return Err(Problem::new(&EXPORT_NOT_READY)),
        PrintOutcome::NoSuchPage => {
            let fault = Fault::pointer("/last_printed_page", "must be a page of the export, or 0");
            return Err(Problem::new(&VALIDATION_FAILED).at([fault]));
        }
    };
    key.put(&mut tx, &session, vec![number.to_string()]).await?;
    let answer = reported(&mut tx, export_id, number).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The answer, made of what is stored: the same for the request and for its retries.
async fn reported(tx: &mut SealedTx, export_id: Uuid, report_number: i32) -> Answer {
    let line = tx.fetch_one(&GetPrintReport { export_id, report_number }).await?;
    let body = PrintReport {
        export_id: line.export_id,
        report_number: line.report_number,
        reported_at: moment(line.reported_at),
        reported_by: line.reported_by.0,
        last_printed_page: line.last_printed_page,
        note: line.note,
    };
    answer::json(StatusCode::CREATED, &body)
}

fn read(body: &Value, export_id: Uuid) -> Result<ReportPrint, Problem> {
    let mut fields = Fields::of(body, "", FIELDS)?;
    let page = fields.number("last_printed_page").and_then(|it| {
        let page = i32::try_from(it).ok().filter(|it| 0 <= *it);
        let rule = Invalid::new("page", "must be 0 to 2147483647");
        fields.keep("last_printed_page", page.ok_or(rule))
    });
    let note = fields.optional_text("note");
    if note.is_some_and(|it| !free_text_fits(it)) {
        fields.fault("note", "must be at most 200 characters without controls");
    }
    let note = note.map(str::to_owned);
    fields.finish(page.map(|last_printed_page| ReportPrint { export_id, last_printed_page, note }))
}
