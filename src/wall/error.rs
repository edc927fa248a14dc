//! Why a trip to Postgres failed. Carries codes and our own names, never a row value or database text.

/// Why a trip to Postgres failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No connection could be had in time.
    #[error("no database connection")]
    Unavailable,
    /// A new connection is not what the wall needs: wrong role, planted settings, missing policies.
    #[error("a new connection failed its preflight ({sqlstate})")]
    Preflight {
        /// What Postgres said, as a code.
        sqlstate: String,
    },
    /// The credential is unknown, expired, ended, or of a suspended tenant (SK010, SK011).
    #[error("credential rejected")]
    CredentialRejected,
    /// The session was taken over by a later login (SK012).
    #[error("session superseded")]
    SessionSuperseded,
    /// The tenant context was lost or is not valid (SK001 to SK004, SK020): a bug or an attack.
    #[error("tenant context lost in {statement} ({sqlstate})")]
    ContextLost {
        /// Which file it was.
        statement: &'static str,
        /// The private SQLSTATE.
        sqlstate: String,
    },
    /// The operator's stop is on (SK030).
    #[error("stopped by the operator")]
    Stopped,
    /// A unique key is taken (23505), in the tenant's own rows: keys of others cannot collide.
    #[error("statement {statement} met a taken key")]
    Taken {
        /// Which file it was.
        statement: &'static str,
    },
    /// The statement was cancelled, by its time limit or because its caller left (57014).
    #[error("statement {statement} was cancelled")]
    Cancelled {
        /// Which file it was.
        statement: &'static str,
    },
    /// Postgres refused the statement for another reason.
    #[error("statement {statement} failed ({sqlstate})")]
    Statement {
        /// Which file it was.
        statement: &'static str,
        /// The SQLSTATE, or `io` when there was no answer.
        sqlstate: String,
    },
    /// A column did not decode: schema and program do not fit.
    #[error("statement {statement} gave a row that does not decode")]
    Decode {
        /// Which file it was.
        statement: &'static str,
    },
    /// More rows than the statement allows. Never truncated: the whole answer is refused.
    #[error("statement {statement} returned more than {rows_max} rows")]
    TooManyRows {
        /// Which file it was.
        statement: &'static str,
        /// The limit it broke.
        rows_max: usize,
    },
    /// A row, or the entered tenant itself, is not the one that was signed at login. Stop everything.
    #[error("statement {statement} met another tenant")]
    ForeignRow {
        /// Which file it was.
        statement: &'static str,
    },
    /// An earlier statement of this transaction failed: it cannot be committed.
    #[error("the transaction had failed before")]
    AlreadyFailed,
}

impl Error {
    /// Reads what Postgres said. Its message may hold values, so only its code is kept.
    pub(crate) fn of(statement: &'static str, err: &tokio_postgres::Error) -> Error {
        let Some(code) = err.code() else {
            return if err.is_closed() || err.source_is_io() {
                Error::Unavailable
            } else {
                Error::Statement { statement, sqlstate: "io".to_owned() }
            };
        };
        match code.code() {
            "SK010" | "SK011" => Error::CredentialRejected,
            "SK012" => Error::SessionSuperseded,
            "SK030" => Error::Stopped,
            "SK001" | "SK002" | "SK003" | "SK004" | "SK020" => {
                Error::ContextLost { statement, sqlstate: code.code().to_owned() }
            }
            "SK021" => Error::Preflight { sqlstate: code.code().to_owned() },
            "23505" => Error::Taken { statement },
            "57014" => Error::Cancelled { statement },
            "57P01" | "57P02" | "57P03" | "53300" => Error::Unavailable,
            _ => Error::Statement { statement, sqlstate: code.code().to_owned() },
        }
    }

    /// Reads what Postgres said to a new connection's preflight.
    pub(crate) fn of_preflight(err: &tokio_postgres::Error) -> Error {
        match Error::of("preflight", err) {
            // It went away in the middle: that says nothing of the wall.
            Error::Unavailable => Error::Unavailable,
            _ => Error::Preflight { sqlstate: err.code().map_or("io", |it| it.code()).to_owned() },
        }
    }
}

/// Says whether the cause below is the socket and not the server's word.
trait SourceIsIo {
    fn source_is_io(&self) -> bool;
}

impl SourceIsIo for tokio_postgres::Error {
    fn source_is_io(&self) -> bool {
        std::error::Error::source(self).is_some_and(|it| it.is::<std::io::Error>())
    }
}
