//! What an export would be, before it is ordered.

pub(super) mod create;
pub(super) mod token;

use warp::{Filter, filters::BoxedFilter};

use crate::http::{
    answer::Response,
    app::App,
    call::{self, sealed},
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    warp::path!("v1" / "previews")
        .and(warp::post())
        .and(call::arrival(app))
        .then(|it| sealed(it, create::create))
        .boxed()
}
