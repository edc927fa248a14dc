//! Barcodes: for people with a slip in hand.

pub(super) mod verify;

use warp::{Filter, filters::BoxedFilter};

use crate::http::{
    answer::Response,
    app::App,
    call::{self, sealed},
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    warp::path!("v1" / "barcode" / "verify")
        .and(warp::post())
        .and(call::arrival(app))
        .then(|it| sealed(it, verify::verify))
        .boxed()
}
