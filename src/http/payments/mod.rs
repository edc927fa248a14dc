//! 収納: payments as settlement files tell them, and those at which a person must look.

pub(super) mod exceptions;
pub(super) mod get_import;
pub(super) mod import;
pub(super) mod list_imports;

use warp::{Filter, filters::BoxedFilter};

use crate::http::{
    answer::Response,
    app::App,
    call::{self, sealed},
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let import = warp::path!("v1" / "payment-imports")
        .and(warp::post())
        .and(arrival.clone())
        .then(|it| sealed(it, import::import));
    let list = warp::path!("v1" / "payment-imports")
        .and(warp::get())
        .and(arrival.clone())
        .then(|it| sealed(it, list_imports::list_imports));
    let get = warp::path!("v1" / "payment-imports" / String)
        .and(warp::get())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, who| get_import::get_import(call, who, id)));
    let exceptions = warp::path!("v1" / "payments" / "exceptions")
        .and(warp::get())
        .and(arrival)
        .then(|it| sealed(it, exceptions::exceptions));
    import.or(list).unify().or(get).unify().or(exceptions).unify().boxed()
}
