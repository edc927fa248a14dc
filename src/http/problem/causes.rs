//! Which kind of problem an error of another room is.

use http::{HeaderValue, header};

use crate::{
    auth,
    domain::ExportState,
    export::{FetchError, LinkError, OrderError, PreviewError, RecallError, ReprintError},
    http::problem::{
        BAD_REQUEST, CONTEXT_LOST, DATABASE_UNAVAILABLE, DELIVERY_QUOTA, EXPORT_NOT_READY,
        EXPORT_QUOTA, EXPORT_TOO_LARGE, GONE, IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED,
        INTERNAL, ISOLATION_NOT_PROVEN, ISOLATION_TRIPPED, ISSUER_MISSING, LINK_BUSY, LINK_EXPIRED,
        LINK_SPENT, NO_SUCH_PAGES, NOT_FOUND, NOT_RELEASED, PREVIEW_STALE, Problem,
        RANGE_DELIVERED, RANGE_NOT_SATISFIABLE, RECALLED, REPORT_HAS_NO_PAGES, ROW_COUNT_MISMATCH,
        SESSION_SUPERSEDED, SLIPS_WITHDRAWN, STOPPED, TIMEOUT, TOKEN_EXPIRED, UNAUTHENTICATED,
        VALIDATION_FAILED, kinds::Kind,
    },
    statements::slips::Part,
    wall,
};

impl From<wall::Error> for Problem {
    fn from(err: wall::Error) -> Problem {
        let kind: &'static Kind = match &err {
            wall::Error::CredentialRejected => &UNAUTHENTICATED,
            wall::Error::SessionSuperseded => &SESSION_SUPERSEDED,
            wall::Error::Stopped => &STOPPED,
            wall::Error::ContextLost { .. } => &CONTEXT_LOST,
            wall::Error::ForeignRow { .. } => &ISOLATION_TRIPPED,
            wall::Error::Preflight { .. } => &ISOLATION_NOT_PROVEN,
            wall::Error::Unavailable => &DATABASE_UNAVAILABLE,
            wall::Error::Cancelled { .. } => &TIMEOUT,
            // A key that a handler did not expect to be taken is a fault of ours, like the rest.
            wall::Error::Taken { .. }
            | wall::Error::Statement { .. }
            | wall::Error::Text { .. }
            | wall::Error::Parameters { .. }
            | wall::Error::NoOwner { .. }
            | wall::Error::Decode { .. }
            | wall::Error::TooManyRows { .. }
            | wall::Error::AlreadyFailed => &INTERNAL,
        };
        Problem::new(kind).because(err)
    }
}

impl From<auth::Error> for Problem {
    fn from(err: auth::Error) -> Problem {
        let kind: &'static Kind = match err {
            auth::Error::Missing | auth::Error::Rejected => &UNAUTHENTICATED,
            auth::Error::Expired => &TOKEN_EXPIRED,
            auth::Error::BadPassword => &VALIDATION_FAILED,
            auth::Error::BadKey
            | auth::Error::NoKey
            | auth::Error::BadKdf
            | auth::Error::KeyFile(_) => &INTERNAL,
        };
        Problem::new(kind).because(err)
    }
}

impl From<OrderError> for Problem {
    fn from(err: OrderError) -> Problem {
        match err {
            OrderError::RowCountMismatch { counted } => {
                Problem::new(&ROW_COUNT_MISMATCH).with("counted_rows", counted)
            }
            OrderError::TooLarge { counted, rows_max, parts } => {
                too_large(counted, rows_max, &parts)
            }
            OrderError::PreviewStale { counted } => {
                Problem::new(&PREVIEW_STALE).with("counted_rows", counted)
            }
            OrderError::NoIssuer => Problem::new(&ISSUER_MISSING),
            OrderError::Quota => Problem::new(&EXPORT_QUOTA),
            OrderError::KeyReused => Problem::new(&IDEMPOTENCY_KEY_REUSED),
            OrderError::KeyInProgress => Problem::new(&IDEMPOTENCY_IN_PROGRESS),
            OrderError::Db(err) => err.into(),
            // The handler answers a replay itself: it is no failure.
            OrderError::Replayed(_) => Problem::new(&INTERNAL).because(err),
        }
    }
}

impl From<PreviewError> for Problem {
    fn from(err: PreviewError) -> Problem {
        match err {
            PreviewError::TooLarge { counted, rows_max, parts } => {
                too_large(counted, rows_max, &parts)
            }
            PreviewError::Db(err) => err.into(),
        }
    }
}

/// More rows than a report takes, with a way to cut them.
fn too_large(counted: u64, rows_max: u32, parts: &[Part]) -> Problem {
    let split: Vec<serde_json::Value> = parts
        .iter()
        .map(|it| {
            serde_json::json!({
                "bill_number_from": it.bill_number_from.as_str(),
                "bill_number_to": it.bill_number_to.as_str(),
                "rows": it.rows,
            })
        })
        .collect();
    Problem::new(&EXPORT_TOO_LARGE)
        .with("counted_rows", counted)
        .with("rows_max", rows_max)
        .with("split", split)
}

impl From<FetchError> for Problem {
    fn from(err: FetchError) -> Problem {
        match err {
            FetchError::NotFound => Problem::new(&NOT_FOUND),
            FetchError::NotReady(state) => {
                Problem::new(&EXPORT_NOT_READY).with("state", state.as_str())
            }
            FetchError::Withdrawn(_) => Problem::new(&RECALLED),
            FetchError::LinkSpent => Problem::new(&LINK_SPENT),
            FetchError::LinkDelivered { remaining } => {
                Problem::new(&RANGE_DELIVERED).with("remaining", remaining)
            }
            FetchError::LinkExpired => Problem::new(&LINK_EXPIRED),
            FetchError::LinkBusy => Problem::new(&LINK_BUSY),
            FetchError::Quota => Problem::new(&DELIVERY_QUOTA),
            FetchError::Gone => Problem::new(&GONE),
            FetchError::Range { bytes } => {
                let problem = Problem::new(&RANGE_NOT_SATISFIABLE);
                match HeaderValue::from_str(&format!("bytes */{bytes}")) {
                    Ok(value) => problem.header(header::CONTENT_RANGE, value),
                    Err(_) => problem,
                }
            }
            FetchError::Db(err) => err.into(),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(err: LinkError) -> Problem {
        match err {
            LinkError::NotFound => Problem::new(&NOT_FOUND),
            LinkError::NotReady(state) => without_file(state),
            LinkError::Quota => Problem::new(&DELIVERY_QUOTA),
            LinkError::Db(err) => err.into(),
        }
    }
}

impl From<RecallError> for Problem {
    fn from(err: RecallError) -> Problem {
        match err {
            RecallError::NotFound => Problem::new(&NOT_FOUND),
            RecallError::NotReleased(state) => {
                Problem::new(&NOT_RELEASED).with("state", state.as_str())
            }
            RecallError::Store(_) => Problem::new(&INTERNAL).because(err),
            RecallError::Db(err) => err.into(),
        }
    }
}

impl From<ReprintError> for Problem {
    fn from(err: ReprintError) -> Problem {
        match err {
            ReprintError::NotFound => Problem::new(&NOT_FOUND),
            ReprintError::NotReady(state) => without_file(state),
            ReprintError::IsReprint | ReprintError::NoSuchPages | ReprintError::TooLarge => {
                Problem::new(&NO_SUCH_PAGES)
            }
            ReprintError::NoPages => Problem::new(&REPORT_HAS_NO_PAGES),
            ReprintError::SlipsWithdrawn => Problem::new(&SLIPS_WITHDRAWN),
            ReprintError::Quota => Problem::new(&DELIVERY_QUOTA),
            ReprintError::KeyReused => Problem::new(&IDEMPOTENCY_KEY_REUSED),
            ReprintError::KeyInProgress => Problem::new(&IDEMPOTENCY_IN_PROGRESS),
            ReprintError::Db(err) => err.into(),
            // The handler answers a replay itself: it is no failure.
            ReprintError::Replayed(_) | ReprintError::Failed(_) => {
                Problem::new(&INTERNAL).because(err)
            }
        }
    }
}

/// Why an export in this state has no file to give: not yet, or no more.
fn without_file(state: ExportState) -> Problem {
    match state {
        ExportState::Expired | ExportState::Recalled | ExportState::Shredded => {
            Problem::new(&RECALLED)
        }
        _ => Problem::new(&NOT_RELEASED).with("state", state.as_str()),
    }
}

impl Problem {
    /// What an answer of a layer below us becomes: theirs are plain text, or say too much.
    pub fn of_status(status: u16) -> Problem {
        Problem::new(match status {
            404 => &NOT_FOUND,
            408 | 503 | 504 => &TIMEOUT,
            413 => &crate::http::problem::TOO_LARGE,
            400..500 => &BAD_REQUEST,
            _ => &INTERNAL,
        })
    }
}
