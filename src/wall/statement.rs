//! What a transaction may send: a closed set of files.

use tokio_postgres::{Row, types::ToSql};

use crate::wall::text;

/// Parameters of a statement, in the order of its `$1`, `$2`, ...
pub type Params<'a> = Vec<&'a (dyn ToSql + Sync)>;

/// How a statement's rows say whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Every row carries its own `tenant_id`.
    Row,
    /// An aggregate carries `tenant_id_min` and `tenant_id_max` of its rows; both NULL for no rows.
    Range,
    /// They say nothing, for the reason given. Each one is in `tests/golden/no_witness.txt`: a new one is added there
    /// by hand, by somebody who has asked why its rows cannot say whose they are.
    NoWitness(&'static str),
    /// No tenant is entered, so there is none to compare with. For [`Door`] and [`OperatorCall`] alone.
    Unsealed,
}

/// A SQL text and its name. Made by [`statement!`](crate::statement) from a file, never from a string
/// that a program built.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// Its path below `sql/queries`.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
    /// It names `$1` to this one, each of them, and no other.
    pub(super) parameters: usize,
    /// It can be read through a `ReadLease`: a select without a word that writes.
    pub(super) reads: bool,
}

impl File {
    /// For the macros alone. `fields` is how many parameters the struct has; a file that does not fit them does not
    /// compile.
    #[doc(hidden)]
    pub const fn __included(name: &'static str, sql: &'static str, fields: usize) -> File {
        match text::look(sql, fields) {
            Ok(reads) => File { name, sql, parameters: fields, reads },
            Err(what) => panic!("{}", what),
        }
    }
}

/// A file with its parameters and the shape of its answer. Where it may be sent is said by one of
/// [`Statement`], [`Door`] and [`OperatorCall`].
pub trait Call: Send + Sync {
    /// Where its text is.
    const FILE: File;
    /// More rows than this is an error, never a shorter answer.
    const ROWS_MAX: usize;
    /// How its rows say whose they are.
    const OWNER: Owner;
    /// What one row becomes.
    type Row: Send;

    /// The parameters, in order.
    fn params(&self) -> Params<'_>;

    /// Reads one row.
    ///
    /// # Errors
    /// When a column is missing, of another type, or not a value of its domain.
    fn decode(row: &Row) -> Result<Self::Row, Undecodable>;
}

/// One statement that a sealed transaction may send. It cannot be sent without a seal:
///
/// ```compile_fail,E0277
/// async fn leak(pool: shikiri::wall::Pool, list: shikiri::statements::slips::ListSlips) {
///     pool.call(&list).await;
/// }
/// ```
pub trait Statement: Call {}

/// A call on the application's login that needs no seal: login, and upkeep that tells nothing. A sealed
/// transaction does not take it:
///
/// ```compile_fail,E0277
/// use shikiri::{wall::SealedTx, statements::sessions::AskLoginParams};
/// async fn mix(mut tx: SealedTx, door: AskLoginParams) {
///     tx.fetch(&door).await;
/// }
/// ```
pub trait Door: Call {}

/// A call on the operator's login. The application's pool does not take it:
///
/// ```compile_fail,E0277
/// use shikiri::{wall::Pool, statements::operator::RotateSealKey};
/// async fn mix(pool: Pool, call: RotateSealKey) {
///     pool.call(&call).await;
/// }
/// ```
pub trait OperatorCall: Call {}

/// A row that does not fit the program. Says nothing of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undecodable;

impl From<tokio_postgres::Error> for Undecodable {
    fn from(_: tokio_postgres::Error) -> Undecodable {
        Undecodable
    }
}

impl From<crate::domain::Invalid> for Undecodable {
    fn from(_: crate::domain::Invalid) -> Undecodable {
        Undecodable
    }
}

/// Makes a [`Statement`] of a file below `sql/queries` of your own crate: its parameters are the struct's fields, in
/// order.
///
/// ```
/// shikiri::statement! { "../../tests/embedding/note_after.sql",
///     /// The biller's notes after one of them.
///     pub struct NotesAfter { note: String }
///     rows_max = 100, owner = Row, row = String, decode = |row| Ok(row.try_get("note")?)
/// }
/// ```
///
/// They are counted while the program is compiled. A parameter without a field would be sent the session's secret,
/// which travels behind the file's own; so this does not compile:
///
/// ```compile_fail,E0080
/// shikiri::statement! { "../../tests/embedding/note_after.sql",
///     /// The file names `$1`, and there is no field for it.
///     pub struct NotesAfter {}
///     rows_max = 100, owner = Row, row = String, decode = |row| Ok(row.try_get("note")?)
/// }
/// ```
///
/// nor does a field that the file does not use:
///
/// ```compile_fail,E0080
/// shikiri::statement! { "../../tests/embedding/note_after.sql",
///     /// The file names `$1` alone.
///     pub struct NotesAfter { note: String, limit: i64 }
///     rows_max = 100, owner = Row, row = String, decode = |row| Ok(row.try_get("note")?)
/// }
/// ```
///
/// nor a sealed statement whose rows are compared with nobody for no reason:
///
/// ```compile_fail,E0080
/// shikiri::statement! { "../../tests/embedding/note_after.sql",
///     /// `Unsealed` is for doors.
///     pub struct NotesAfter { note: String }
///     rows_max = 100, owner = Unsealed, row = String, decode = |row| Ok(row.try_get("note")?)
/// }
/// ```
#[macro_export]
macro_rules! statement {
    // What the three macros have in common.
    (@call $file:literal,
        $(#[$meta:meta])*
        $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)? }
        rows_max = $rows_max:expr, owner = $owner:ident $(($reason:literal))?, row = $row:ty, decode = $decode:expr $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        $vis struct $name { $($(#[$field_meta])* #[doc = "A parameter of the file, in its order."] pub $field: $type),* }

        impl $crate::wall::Call for $name {
            const FILE: $crate::wall::File = $crate::wall::File::__included(
                $file,
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/queries/", $file)),
                {
                    const FIELDS: &[&str] = &[$(stringify!($field)),*];
                    FIELDS.len()
                },
            );
            const ROWS_MAX: usize = $rows_max;
            const OWNER: $crate::wall::Owner = $crate::wall::Owner::$owner $(($reason))?;
            type Row = $row;

            fn params(&self) -> $crate::wall::Params<'_> {
                vec![$(&self.$field),*]
            }

            fn decode(row: &$crate::wall::Row) -> Result<Self::Row, $crate::wall::Undecodable> {
                let decode: fn(&$crate::wall::Row) -> Result<$row, $crate::wall::Undecodable> = $decode;
                decode(row)
            }
        }

        // Looked at here, whether or not anybody sends it.
        const _: $crate::wall::File = <$name as $crate::wall::Call>::FILE;
    };
    ($file:literal, $(#[$meta:meta])* $vis:vis struct $name:ident $($rest:tt)*) => {
        $crate::statement! { @call $file, $(#[$meta])* $vis struct $name $($rest)* }
        impl $crate::wall::Statement for $name {}
        const _: () = assert!(
            !matches!(<$name as $crate::wall::Call>::OWNER, $crate::wall::Owner::Unsealed),
            "the rows of a sealed statement are compared with its tenant: Row, Range, or NoWitness and why"
        );
    };
}

/// Makes a [`Door`]: the same as [`statement!`](crate::statement), for calls that need no seal.
macro_rules! door {
    ($file:literal, $(#[$meta:meta])* $vis:vis struct $name:ident $($rest:tt)*) => {
        $crate::statement! { @call $file, $(#[$meta])* $vis struct $name $($rest)* }
        impl $crate::wall::Door for $name {}
    };
}

/// Makes an [`OperatorCall`]: the same as [`statement!`](crate::statement), for the operator's login.
macro_rules! operator_call {
    ($file:literal, $(#[$meta:meta])* $vis:vis struct $name:ident $($rest:tt)*) => {
        $crate::statement! { @call $file, $(#[$meta])* $vis struct $name $($rest)* }
        impl $crate::wall::OperatorCall for $name {}
    };
}

pub(crate) use {door, operator_call};
