//! `POST /v1/exports/{id}/cancel`: stop an export, now or behind a page.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    domain::{ExportId, Invalid},
    http::{
        answer::{self, Answer},
        call::Call,
        exports::free_text_fits,
        fields::Fields,
        problem::{ALREADY_FINAL, NOT_FOUND, PAGE_BEHIND, Problem},
    },
    statements::export_life::CancelOutcome,
};

/// The fields of [`Cancel`].
pub(in crate::http) const FIELDS: &[&str] = &["at_page", "reason"];

/// A wish to stop.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct Cancel {
    /// The last page to be produced; null to stop now.
    at_page: Option<u32>,
    /// Why; at most 200 characters.
    reason: Option<String>,
}

/// What becomes of it.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Cancelling {
    id: Uuid,
    /// `cancelled`, or where it stands until it comes to the page.
    state: &'static str,
    /// The last page that is produced. Nothing of the export is released.
    effective_page: i32,
}

#[utoipa::path(post, path = "/v1/exports/{id}/cancel", request_body = Cancel,
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 202, body = Cancelling)))]
pub(in crate::http) async fn cancel(
    mut call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    let (at_page, reason) = read(&call.json().await?)?;
    let id = Uuid::parse_str(&id).unwrap_or(Uuid::nil());
    let outcome = call.app.exporter.cancel(&session, ExportId(id), at_page, reason).await?;
    match outcome {
        CancelOutcome::Accepted { state, effective_page } => {
            let body = Cancelling { id, state: state.as_str(), effective_page };
            answer::json(StatusCode::ACCEPTED, &body)
        }
        CancelOutcome::AlreadyFinal(state) => {
            Err(Problem::new(&ALREADY_FINAL).with("state", state.as_str()))
        }
        CancelOutcome::PageBehind { pages_done } => {
            Err(Problem::new(&PAGE_BEHIND).with("pages_done", pages_done))
        }
        CancelOutcome::NotFound => Err(Problem::new(&NOT_FOUND)),
    }
}

fn read(body: &Value) -> Result<(Option<i32>, Option<String>), Problem> {
    let mut fields = Fields::of(body, "", FIELDS)?;
    let at_page = fields.optional_number("at_page").and_then(|it| {
        let page = i32::try_from(it).ok().filter(|it| 1 <= *it);
        fields.keep("at_page", page.ok_or(Invalid::new("page", "must be 1 to 2147483647")))
    });
    let reason = fields.optional_text("reason");
    if reason.is_some_and(|it| !free_text_fits(it)) {
        fields.fault("reason", "must be at most 200 characters without controls");
    }
    let reason = reason.map(str::to_owned);
    fields.finish(Some((at_page, reason)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn a_page_that_cannot_be_is_never_now() {
        assert_eq!(read(&json!({})).expect("now"), (None, None));
        assert_eq!(read(&json!({"at_page": 66})).expect("a page").0, Some(66));
        for at_page in [json!(0), json!(-1), json!(1.5), json!("66"), json!(3_000_000_000_i64)] {
            let slug = read(&json!({"at_page": at_page})).err().map(|it| it.slug());
            assert_eq!(slug, Some("validation-failed"), "{at_page}");
        }
    }
}
