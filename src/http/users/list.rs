//! `GET /v1/users`: the biller's users.

use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer},
        call::Call,
        users::User,
    },
    statements::users::ListUsers,
};

/// Users by login.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct UserList {
    data: Vec<User>,
}

#[utoipa::path(get, path = "/v1/users", responses((status = 200, body = UserList)))]
pub(in crate::http) async fn list(call: Call, session: VerifiedSession) -> Answer {
    let lines = call.app.pool.read(&session, &ListUsers {}).await?;
    let data = lines.into_iter().map(User::from).collect();
    answer::json(StatusCode::OK, &UserList { data })
}
