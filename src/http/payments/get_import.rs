//! `GET /v1/payment-imports/{id}`: what came of a settlement file.

use http::StatusCode;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        payments::import::PaymentImport,
        problem::{NOT_FOUND, Problem},
    },
    statements::payments::GetPaymentImport,
};

#[utoipa::path(get, path = "/v1/payment-imports/{id}",
    params(("id" = Uuid, Path, description = "The import.")),
    responses((status = 200, body = PaymentImport)))]
pub(in crate::http) async fn get_import(
    call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    // What is no id is an id that nobody has: the session is asked first either way.
    let import_id = Uuid::parse_str(&id).unwrap_or(Uuid::nil());
    let line = call.app.pool.read(&session, &GetPaymentImport { import_id }).await?.pop();
    let line = line.ok_or_else(|| Problem::new(&NOT_FOUND))?;
    answer::json(StatusCode::OK, &PaymentImport::from(line))
}
