//! Which kind of problem an error of another room is.

use crate::{
    auth, db,
    export::{FetchError, OrderError},
    http::problem::{
        BAD_REQUEST, CONTEXT_LOST, DATABASE_UNAVAILABLE, EXPORT_NOT_READY, EXPORT_QUOTA,
        EXPORT_TOO_LARGE, GONE, IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, INTERNAL,
        ISOLATION_NOT_PROVEN, ISOLATION_TRIPPED, ISSUER_MISSING, NOT_FOUND, Problem,
        ROW_COUNT_MISMATCH, SESSION_SUPERSEDED, STOPPED, TIMEOUT, TOKEN_EXPIRED, UNAUTHENTICATED,
        VALIDATION_FAILED, kinds::Kind,
    },
};

impl From<db::Error> for Problem {
    fn from(err: db::Error) -> Problem {
        let kind: &'static Kind = match &err {
            db::Error::CredentialRejected => &UNAUTHENTICATED,
            db::Error::SessionSuperseded => &SESSION_SUPERSEDED,
            db::Error::Stopped => &STOPPED,
            db::Error::ContextLost { .. } => &CONTEXT_LOST,
            db::Error::ForeignRow { .. } => &ISOLATION_TRIPPED,
            db::Error::Preflight { .. } => &ISOLATION_NOT_PROVEN,
            db::Error::Unavailable => &DATABASE_UNAVAILABLE,
            db::Error::Cancelled { .. } => &TIMEOUT,
            // A key that a handler did not expect to be taken is a fault of ours, like the rest.
            db::Error::Taken { .. }
            | db::Error::Statement { .. }
            | db::Error::Decode { .. }
            | db::Error::TooManyRows { .. }
            | db::Error::AlreadyFailed => &INTERNAL,
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
            auth::Error::BadKey | auth::Error::NoKey | auth::Error::BadKdf => &INTERNAL,
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

impl From<FetchError> for Problem {
    fn from(err: FetchError) -> Problem {
        match err {
            FetchError::NotFound => Problem::new(&NOT_FOUND),
            FetchError::NotReady(state) => {
                Problem::new(&EXPORT_NOT_READY).with("state", state.as_str())
            }
            FetchError::Gone => Problem::new(&GONE),
            FetchError::Db(err) => err.into(),
        }
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
