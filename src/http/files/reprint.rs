//! `POST /v1/exports/{id}/reprint`: some pages of a released file, as a file of their own.

use http::{StatusCode, header};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    domain::PageSpan,
    export::{IdempotencyKey, ReprintError},
    http::{
        answer::{self, Answer, set},
        call::Call,
        exports::Export,
        fields::Fields,
        files::export_id,
        idempotency::{Key, replayed},
        json::{self, Tenant},
        problem::{INTERNAL, Problem},
    },
    statements::exports::GetExport,
};

/// The fields of [`WantedPages`].
pub(in crate::http) const FIELDS: &[&str] = &["pages"];

/// Pages to print again.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; it is read field by field")]
pub(in crate::http) struct WantedPages {
    /// As they are numbered on the pages: 67-120, or 67.
    pages: String,
}

#[utoipa::path(post, path = "/v1/exports/{id}/reprint", request_body = WantedPages,
    params(("id" = Uuid, Path, description = "The export.")),
    responses((status = 201, description = "Made and released.", body = Export),
        (status = 409, description = "`slips-withdrawn`: a payment slip on these pages is void or was issued again.",
            content_type = "application/problem+json"),
        (status = 422, description = "`report-has-no-pages`: a CSV file has no pages. `no-such-pages`: the file has others.",
            content_type = "application/problem+json")))]
pub(in crate::http) async fn reprint(
    mut call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    let bytes = call.bytes().await?;
    let Key { route, key, body_digest } = Key::of(&call, &bytes)?;
    let body = json::parse(&bytes, Tenant::Never)?;
    let mut fields = Fields::of(&body, "", FIELDS)?;
    let pages = fields.text("pages").map(PageSpan::parse);
    let pages = pages.and_then(|it| fields.keep("pages", it));
    let pages = fields.finish(pages)?;
    let key = IdempotencyKey { route, key, body_digest };
    match call.app.exporter.reprint(&session, export_id(&id), pages, key).await {
        Ok(id) => made(&call, &session, id.0).await,
        Err(ReprintError::Replayed(id)) => Ok(replayed(made(&call, &session, id.0).await?)),
        Err(err) => Err(err.into()),
    }
}

/// The answer, made of what is stored.
async fn made(call: &Call, session: &VerifiedSession, export_id: Uuid) -> Answer {
    let line = call.app.pool.read(session, &GetExport { export_id }).await?.pop();
    let line = line.ok_or_else(|| Problem::new(&INTERNAL).because("a reprint is not there"))?;
    let mut response = answer::json(StatusCode::CREATED, &Export::from(line))?;
    set(&mut response, header::LOCATION, &format!("/v1/exports/{export_id}"));
    Ok(response)
}
