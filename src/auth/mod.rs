//! From credential text to [`VerifiedSession`]. jsonwebtoken and argon2 live here and nowhere else.
//!
//! **Invariant:** a [`VerifiedSession`] has private fields and one maker, [`KeyRing::verify`]: whoever
//! holds one has shown a token that we signed. Whether the session still lives is not known here; the
//! database decides that, in the transaction that uses it.

mod certificate;
mod envelope;
mod kept;
mod key_files;
mod keys;
mod page_codes;
mod password;

pub use certificate::{
    CertificateKeys, GRACE_SECONDS, Proven, PublishedKey, PublishedKeys, Signed,
};
pub use envelope::{Envelope, TOKEN_SECONDS, VerifiedSession};
pub use keys::{KeyRing, generate_key};
pub use page_codes::{PageCodeKey, PageCodeKeys};
pub use password::{
    Derived, KDF, PASSWORD_CHARS_MIN, Salt, Verifier, derive, new_password, random_password,
};

/// Why a credential was refused. Holds no part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no bearer token.
    #[error("no bearer token")]
    Missing,
    /// The token is not one of ours: wrong shape, key, issuer, audience, or unknown extension.
    #[error("token rejected")]
    Rejected,
    /// The token was ours and is over.
    #[error("token expired")]
    Expired,
    /// A key file is no Ed25519 key in PKCS#8 PEM.
    #[error("not an Ed25519 private key in PKCS#8 PEM")]
    BadKey,
    /// A ring needs at least one key.
    #[error("no signing key")]
    NoKey,
    /// A key file cannot be read or written.
    #[error("a key file cannot be read or written: {0}")]
    KeyFile(std::io::ErrorKind),
    /// The password is too short or too long.
    #[error("a password must be 12 to 128 characters")]
    BadPassword,
    /// Stored parameters of the password function are not ones we use.
    #[error("unknown password function")]
    BadKdf,
}
