//! The biller's users.

pub(super) mod add;
pub(super) mod list;
pub(super) mod reset_password;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use warp::{Filter, filters::BoxedFilter};

use crate::{
    http::{
        answer::{Response, moment},
        app::App,
        call::{self, sealed},
    },
    statements::users::UserLine,
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let all = warp::path!("v1" / "users");
    let password = warp::path!("v1" / "users" / String / "password");
    let list = all.and(warp::get()).and(arrival.clone()).then(|it| sealed(it, list::list));
    let add = all.and(warp::post()).and(arrival.clone()).then(|it| sealed(it, add::add));
    let reset = password.and(warp::put()).and(arrival).then(|id: String, it| {
        sealed(it, move |call, session| reset_password::reset_password(call, session, id))
    });
    list.or(add).unify().or(reset).unify().boxed()
}

/// A user.
#[derive(Serialize, ToSchema)]
pub(super) struct User {
    id: Uuid,
    /// What they log in with.
    login: String,
    /// How they are shown.
    display_name: String,
    /// clerk or tenant_admin.
    role: &'static str,
    created_at: String,
    /// Since when they cannot log in, if they cannot.
    disabled_at: Option<String>,
}

impl From<UserLine> for User {
    fn from(it: UserLine) -> User {
        User {
            id: it.user_id.0,
            login: it.login,
            display_name: it.display_name,
            role: it.role.as_str(),
            created_at: moment(it.created_at),
            disabled_at: it.disabled_at.map(moment),
        }
    }
}
