//! The biller's audit chain.

pub(super) mod events;

use warp::{Filter, filters::BoxedFilter};

use crate::http::{
    answer::Response,
    app::App,
    call::{self, sealed},
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    warp::path!("v1" / "audit" / "events")
        .and(warp::get())
        .and(call::arrival(app))
        .then(|it| sealed(it, events::events))
        .boxed()
}
