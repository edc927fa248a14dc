//! 出力: exports of reports.

pub(super) mod cancel;
pub(super) mod event_token;
pub(super) mod events;
pub(super) mod file;
pub(super) mod get;
pub(super) mod list;
pub(super) mod order;
pub(super) mod print_report;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use warp::{Filter, filters::BoxedFilter};

use crate::{
    http::{
        answer::{Response, moment},
        app::App,
        call::{self, sealed, watching},
    },
    statements::exports::{ExportLine, options_to_json, scope_to_json},
};

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let all = warp::path!("v1" / "exports");
    let one = warp::path!("v1" / "exports" / String);
    let file = warp::path!("v1" / "exports" / String / "file");
    let list = all.and(warp::get()).and(arrival.clone()).then(|it| sealed(it, list::list));
    let order = all.and(warp::post()).and(arrival.clone()).then(|it| sealed(it, order::order));
    let get = one
        .and(warp::get())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, session| get::get(call, session, id)));
    let file = file
        .and(warp::get())
        .and(arrival)
        .then(|id: String, it| sealed(it, move |call, session| file::file(call, session, id)));
    let all = list.or(order).unify().or(get).unify().or(file).unify();
    all.or(routes_of_life(app)).unify().boxed()
}

/// Watching an export, stopping it, and telling what was printed.
fn routes_of_life(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let events = warp::path!("v1" / "exports" / String / "events")
        .and(warp::get())
        .and(arrival.clone())
        .then(|id: String, it| {
            watching(it, move |call, session| events::events(call, session, id))
        });
    let tokens = warp::path!("v1" / "exports" / String / "event-tokens")
        .and(warp::post())
        .and(arrival.clone())
        .then(|id: String, it| {
            sealed(it, move |call, session| event_token::event_token(call, session, id))
        });
    let cancel = warp::path!("v1" / "exports" / String / "cancel")
        .and(warp::post())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, session| cancel::cancel(call, session, id)));
    let print = warp::path!("v1" / "exports" / String / "print-reports")
        .and(warp::post())
        .and(arrival)
        .then(|id: String, it| {
            sealed(it, move |call, session| print_report::print_report(call, session, id))
        });
    events.or(tokens).unify().or(cancel).unify().or(print).unify().boxed()
}

/// What a person writes beside an order, a stop or a print: at most 200 characters, and no controls.
pub(super) fn free_text_fits(text: &str) -> bool {
    text.chars().count() <= 200 && !text.chars().any(char::is_control)
}

/// What was ordered. It never changes.
#[derive(Serialize, ToSchema)]
pub(super) struct Ordered {
    id: Uuid,
    /// 帳票: slip_list, payment_slip or slip_csv.
    report: &'static str,
    /// Every option of the report, those that were left out too.
    options: Value,
    /// The frozen scope: `{"all": true}`, or conditions.
    filter: Value,
    expected_rows: i32,
    /// Who ordered it.
    requested_by: Uuid,
    purpose: Option<String>,
    ordered_at: String,
}

/// An export and where it stands.
#[derive(Serialize, ToSchema)]
pub(super) struct Export {
    #[serde(flatten)]
    ordered: Ordered,
    /// queued, running, checking, ready, delivering, delivered, expired, recalled, shredded, cancelled,
    /// stopped, tripped or failed.
    state: &'static str,
    /// Why it ended, if not well.
    failure: Option<String>,
    started_at: Option<String>,
    ended_at: Option<String>,
    progress: Progress,
    /// The file, once it is released.
    file: Option<ExportFile>,
}

/// How far it is.
#[derive(Serialize, ToSchema)]
pub(super) struct Progress {
    pages_done: i32,
    /// Null until it was counted.
    pages_total: Option<i32>,
    rows_done: i32,
    /// Null until it was counted.
    rows_counted: Option<i32>,
    amount_yen_counted: Option<i64>,
}

/// A released file.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportFile {
    /// Where to fetch it.
    href: String,
    bytes: i64,
    /// In hexadecimal digits.
    sha256: String,
    /// Characters that no font had, with how often each was drawn as 〓.
    missing_glyphs: Option<Value>,
}

impl From<&ExportLine> for Ordered {
    fn from(it: &ExportLine) -> Ordered {
        Ordered {
            id: it.export_id.0,
            report: it.wish.kind().as_str(),
            options: options_to_json(it.wish),
            filter: scope_to_json(&it.scope),
            expected_rows: it.expected_rows,
            requested_by: it.requested_by.0,
            purpose: it.purpose.clone(),
            ordered_at: moment(it.ordered_at),
        }
    }
}

impl From<ExportLine> for Export {
    fn from(it: ExportLine) -> Export {
        let ordered = Ordered::from(&it);
        // The bytes of one that was not released are nobody's business.
        let ready = it.state.has_file();
        let file = it.artefact_bytes.zip(it.artefact_sha256).filter(|_| ready);
        Export {
            state: it.state.as_str(),
            failure: it.failure,
            started_at: it.started_at.map(moment),
            ended_at: it.ended_at.map(moment),
            progress: Progress {
                pages_done: it.pages_done,
                pages_total: it.pages_total,
                rows_done: it.rows_done,
                rows_counted: it.counted_rows,
                amount_yen_counted: it.counted_amount_yen,
            },
            file: file.map(|(bytes, sha256)| ExportFile {
                href: format!("/v1/exports/{}/file", ordered.id),
                bytes,
                sha256: hex::encode(sha256),
                missing_glyphs: it.missing_glyphs,
            }),
            ordered,
        }
    }
}
