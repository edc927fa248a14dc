//! The caller's own facts and password.

pub(super) mod change_password;
pub(super) mod get;

use warp::{Filter, filters::BoxedFilter};

use crate::http::{
    answer::Response,
    app::App,
    call::{self, sealed},
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let me = warp::path!("v1" / "me").and(warp::get()).and(arrival.clone());
    let password = warp::path!("v1" / "me" / "password").and(warp::put()).and(arrival);
    me.then(|it| sealed(it, get::get))
        .or(password.then(|it| sealed(it, change_password::change_password)))
        .unify()
        .boxed()
}
