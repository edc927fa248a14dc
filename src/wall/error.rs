//! Why a trip to Postgres failed. Carries codes and our own names, never a row value or database text.

use tokio_postgres::types::WrongType;

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
    /// The file's text names a column, a table, a function or a type that is not there, or is no SQL at all: it and
    /// the schema do not fit. Nothing was done.
    #[error(
        "statement {statement} names what the schema has not, or is no SQL ({sqlstate}){words}; \
         nothing was done; compare the file with the migrations"
    )]
    Text {
        /// Which file it was.
        statement: &'static str,
        /// The SQLSTATE.
        sqlstate: String,
        /// What Postgres said of it.
        words: String,
    },
    /// A parameter is of another type than the file wants, or there are more or fewer. Nothing was sent.
    #[error(
        "statement {statement} takes other parameters than its struct has{words}; nothing was done; \
         give the field the type of its column, or the parameter a cast"
    )]
    Parameters {
        /// Which file it was.
        statement: &'static str,
        /// What the driver or Postgres said of it.
        words: String,
    },
    /// Its rows must say whose they are and have no such column. They were read and are not handed out.
    #[error(
        "statement {statement} gives rows without an integer {column}; they were not handed out; \
         select it, or say `owner = NoWitness(\"why\")`"
    )]
    NoOwner {
        /// Which file it was.
        statement: &'static str,
        /// The column that is looked for.
        column: &'static str,
    },
    /// Postgres refused the statement for another reason.
    #[error("statement {statement} failed ({sqlstate})")]
    Statement {
        /// Which file it was.
        statement: &'static str,
        /// The SQLSTATE, or `driver` when it was the driver that gave up.
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

/// What Postgres or the driver said of a text or of the types of its parameters. It names columns and types, and no
/// value; even so it is kept where there are tests (the feature `testkit`), and nowhere else.
pub(super) fn words(of: impl std::fmt::Display) -> String {
    if cfg!(feature = "testkit") { format!(": {of}") } else { String::new() }
}

impl Error {
    /// Reads what Postgres said. Its message may hold values, so only its code is kept; of errors in a text, which are
    /// found before any value is looked at, the words too.
    pub(crate) fn of(statement: &'static str, err: &tokio_postgres::Error) -> Error {
        let (Some(code), Some(db)) = (err.code(), err.as_db_error()) else {
            return match std::error::Error::source(err) {
                _ if err.is_closed() => Error::Unavailable,
                Some(it) if it.is::<std::io::Error>() => Error::Unavailable,
                Some(it) if it.is::<WrongType>() => {
                    Error::Parameters { statement, words: words(it) }
                }
                _ => Error::Statement { statement, sqlstate: "driver".to_owned() },
            };
        };
        let sqlstate = code.code().to_owned();
        match code.code() {
            "SK010" | "SK011" => Error::CredentialRejected,
            "SK012" => Error::SessionSuperseded,
            "SK030" => Error::Stopped,
            "SK001" | "SK002" | "SK003" | "SK004" | "SK020" => {
                Error::ContextLost { statement, sqlstate }
            }
            "SK021" => Error::Preflight { sqlstate },
            "23505" => Error::Taken { statement },
            "57014" => Error::Cancelled { statement },
            "57P01" | "57P02" | "57P03" | "53300" => Error::Unavailable,
            // A syntax error; no such column, table, function, type, schema.
            "42601" | "42703" | "42P01" | "42883" | "42704" | "3F000" => {
                Error::Text { statement, sqlstate, words: words(db.message()) }
            }
            // No such parameter; one whose type nobody can know.
            "42P02" | "42P18" => Error::Parameters { statement, words: words(db.message()) },
            _ => Error::Statement { statement, sqlstate },
        }
    }

    /// Reads what Postgres said to a new connection's preflight.
    pub(crate) fn of_preflight(err: &tokio_postgres::Error) -> Error {
        match Error::of("preflight", err) {
            // It went away in the middle: that says nothing of the wall.
            Error::Unavailable => Error::Unavailable,
            _ => Error::Preflight {
                sqlstate: err.code().map_or("driver", |it| it.code()).to_owned(),
            },
        }
    }
}
