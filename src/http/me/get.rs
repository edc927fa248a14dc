//! `GET /v1/me`: who is calling, and for which biller.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer, moment, set},
        call::Call,
        problem::{Problem, UNAUTHENTICATED},
    },
    statements::sessions::WhoAmI,
};

/// The caller.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Me {
    user: MeUser,
    biller: MeBiller,
    session: MeSession,
}

/// The caller's user.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MeUser {
    id: Uuid,
    login: String,
    display_name: String,
    role: &'static str,
}

/// The biller whose rows the caller sees.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MeBiller {
    /// 収納企業コード.
    code: String,
    name: String,
}

/// The caller's session.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct MeSession {
    id: Uuid,
    expires_at: String,
}

#[utoipa::path(get, path = "/v1/me", responses((status = 200, body = Me)))]
pub(in crate::http) async fn get(call: Call, session: VerifiedSession) -> Answer {
    let me = call.app.pool.read(&session, &WhoAmI::new(&session)).await?.pop();
    let me = me.ok_or_else(|| Problem::new(&UNAUTHENTICATED))?;
    let code = me.tenant_code.as_str().to_owned();
    let body = Me {
        user: MeUser {
            id: me.user_id.0,
            login: me.login,
            display_name: me.display_name.as_str().to_owned(),
            role: me.role.as_str(),
        },
        biller: MeBiller { code: code.clone(), name: me.tenant_name.as_str().to_owned() },
        session: MeSession { id: me.session_id, expires_at: moment(me.expires_at) },
    };
    let mut response = answer::json(StatusCode::OK, &body)?;
    set(&mut response, http::HeaderName::from_static("shikiri-tenant"), &code);
    Ok(response)
}
