//! Files that come in: registrations and settlements, from bytes to typed values and faults by line.
//!
//! **Invariant:** this room uses the domain and nothing else. It is given bytes and answers values: no file, no
//! socket, no database, no clock. What a file says is never guessed at: a place that could be read in two ways is a
//! fault, and a fault never repeats a value, only its shape. A file is read while it arrives and is never held: what
//! is kept is its rows, and these are bounded by the limits below.

mod encoding;
mod fault;
mod lines;
mod records;
pub mod registration;
pub mod settlement;
mod words;

pub use encoding::Encoding;
pub use fault::{Fault, Faults, Severity, faults_csv, mask};
pub use words::{Code, Words};

/// Bytes of a file at most.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;

/// Rows of a file at most, its header not counted.
pub const ROWS_MAX: usize = 50_000;

/// Why a file is not looked at any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More rows than [`ROWS_MAX`].
    #[error("more than {ROWS_MAX} rows")]
    TooManyRows,
    /// More bytes than [`FILE_BYTES_MAX`].
    #[error("more than {FILE_BYTES_MAX} bytes")]
    TooManyBytes,
}

/// A file that is read while it arrives.
pub trait Intake: Send + 'static {
    /// What it says, and what is wrong with it.
    type Reading: Send + 'static;

    /// Takes the next bytes. Where the pieces of a file end does not change what it says.
    ///
    /// # Errors
    /// When the file has more bytes or rows than are taken at once, at the first that is too much.
    fn take(&mut self, piece: &[u8]) -> Result<(), Refusal>;

    /// Ends the file.
    ///
    /// # Errors
    /// As [`Intake::take`].
    fn finish(self) -> Result<Self::Reading, Refusal>;
}

/// Counts bytes up to the limit.
fn count_bytes(so_far: &mut usize, piece: &[u8]) -> Result<(), Refusal> {
    *so_far += piece.len();
    if FILE_BYTES_MAX < *so_far { Err(Refusal::TooManyBytes) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
