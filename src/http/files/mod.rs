//! Files of released exports: how they leave, what proves them, and how they are taken back.

pub(super) mod certificate;
pub(super) mod discard;
pub(super) mod fetch_link;
pub(super) mod jwks;
pub(super) mod make_link;
pub(super) mod manifest;
pub(super) mod recall;
pub(super) mod reprint;
pub(super) mod transfer;

use uuid::Uuid;
use warp::{Filter, filters::BoxedFilter};

use crate::{
    domain::ExportId,
    http::{
        answer::Response,
        app::App,
        call::{self, open, sealed},
    },
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let one = warp::path!("v1" / "exports" / String);
    let certificate = warp::path!("v1" / "exports" / String / "certificate");
    let manifest = warp::path!("v1" / "exports" / String / "manifest");
    let links = warp::path!("v1" / "exports" / String / "links");
    let recall = warp::path!("v1" / "exports" / String / "recall");
    let reprint = warp::path!("v1" / "exports" / String / "reprint");
    let link = warp::path!("d" / String);
    let jwks = warp::path!(".well-known" / "jwks.json");
    let certificate = certificate
        .and(warp::get())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, by| certificate::certificate(call, by, id)));
    let manifest = manifest
        .and(warp::get())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, by| manifest::manifest(call, by, id)));
    let links = links
        .and(warp::post())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, by| make_link::make_link(call, by, id)));
    let recall = recall
        .and(warp::post())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, by| recall::recall(call, by, id)));
    let reprint = reprint
        .and(warp::post())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, by| reprint::reprint(call, by, id)));
    let discard = one
        .and(warp::delete())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, by| discard::discard(call, by, id)));
    let link = link
        .and(warp::get())
        .and(arrival.clone())
        .then(|token: String, it| open(it, move |call| fetch_link::fetch_link(call, token)));
    let jwks = jwks.and(warp::get()).and(arrival).then(|it| open(it, jwks::jwks));
    let all =
        certificate.or(manifest).unify().or(links).unify().or(recall).unify().or(reprint).unify();
    all.or(discard).unify().or(link).unify().or(jwks).unify().boxed()
}

/// What is no id is an id that nobody has: the session is asked first either way.
fn export_id(text: &str) -> ExportId {
    ExportId(Uuid::parse_str(text).unwrap_or(Uuid::nil()))
}
