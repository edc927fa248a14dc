//! 取込: registration of slips by file.

pub(super) mod errors;
pub(super) mod get;
mod keep;
pub(super) mod start;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use warp::{Filter, filters::BoxedFilter};

use crate::{
    http::{
        answer::{Response, moment},
        app::App,
        call::{self, sealed},
        faults::FileFault,
        language::Language,
    },
    statements::slip_imports::{FaultLine, ImportLine},
};

/// The parameters of an import.
pub(super) const PARAMS: &[&str] = &["mode", "encoding"];

pub(super) fn routes(app: &App) -> BoxedFilter<(Response,)> {
    let arrival = call::arrival(app);
    let start = warp::path!("v1" / "slip-imports")
        .and(warp::post())
        .and(arrival.clone())
        .then(|it| sealed(it, start::start));
    let get = warp::path!("v1" / "slip-imports" / String)
        .and(warp::get())
        .and(arrival.clone())
        .then(|id: String, it| sealed(it, move |call, session| get::get(call, session, id)));
    let errors = warp::path!("v1" / "slip-imports" / String / "errors.csv")
        .and(warp::get())
        .and(arrival)
        .then(|id: String, it| sealed(it, move |call, session| errors::errors(call, session, id)));
    start.or(get).unify().or(errors).unify().boxed()
}

/// What came of a file of slips.
#[derive(Serialize, ToSchema)]
pub(super) struct SlipImport {
    id: Uuid,
    /// dry_run or commit.
    mode: String,
    /// valid (a dry run without errors), invalid (nothing was registered) or registered.
    outcome: String,
    /// utf-8 or cp932.
    encoding: String,
    /// Whether the encoding was found out (auto), or said.
    encoding_detected: bool,
    /// Rows of the file, its header not counted.
    rows: i32,
    errors: i32,
    notices: i32,
    /// Of the file, in hexadecimal digits. The file itself is not kept.
    sha256: String,
    bytes: i32,
    by: Uuid,
    at: String,
    /// The first hundred places.
    faults: Vec<FileFault>,
    /// All places that were kept, as a CSV.
    errors_csv: String,
}

impl SlipImport {
    fn new(it: ImportLine, faults: Vec<FaultLine>, language: Language) -> SlipImport {
        SlipImport {
            id: it.import_id,
            mode: it.mode,
            outcome: it.outcome,
            encoding: it.encoding,
            encoding_detected: it.encoding_detected,
            rows: it.row_count,
            errors: it.error_count,
            notices: it.notice_count,
            sha256: hex::encode(it.file_sha256),
            bytes: it.file_bytes,
            by: it.imported_by,
            at: moment(it.imported_at),
            faults: faults.into_iter().map(|it| FileFault::stored(it, language)).collect(),
            errors_csv: format!("/v1/slip-imports/{}/errors.csv", it.import_id),
        }
    }
}
