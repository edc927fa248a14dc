//! `GET /v1/slips/{id}`: one payment slip.

use http::StatusCode;

use crate::{
    auth::VerifiedSession,
    domain::SlipId,
    http::{
        answer::Answer,
        call::Call,
        problem::{NOT_FOUND, Problem},
        slips::{Slip, shown},
    },
    statements::slips::GetSlip,
};

#[utoipa::path(get, path = "/v1/slips/{id}",
    params(("id" = String, Path, description = "`<bill_number>-<reissue_number>`.")),
    responses((status = 200, body = Slip)))]
pub(in crate::http) async fn get(call: Call, session: VerifiedSession, id: String) -> Answer {
    // What is no id is an id that nobody has: the session is asked first either way.
    let nobodys = GetSlip { bill_number: String::new(), reissue_number: -1 };
    let wanted = SlipId::parse(&id).map_or(nobodys, |id| GetSlip::new(&id));
    let slip = call.app.pool.read(&session, &wanted).await?.pop();
    let slip = slip.ok_or_else(|| Problem::new(&NOT_FOUND))?;
    shown(&slip, call.app.today(), StatusCode::OK)
}
