//! The admin listener: numbers and health, for the machine's own network.

use http::StatusCode;
use warp::{Filter, filters::BoxedFilter};

use crate::http::{
    answer::{self, Response},
    app::App,
    health,
};

/// The OpenMetrics text format.
const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Routes of the admin listener.
pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let numbers = app.clone();
    warp::path!("metrics")
        .and(warp::get())
        .map(move || {
            let text = numbers.metrics.text(&numbers);
            answer::text(StatusCode::OK, METRICS, text.into_bytes())
        })
        .or(health::routes(app))
        .unify()
        .boxed()
}
