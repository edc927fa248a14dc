//! Passwords: Argon2id here, sha256 of its output in the vault. Neither side alone can log in.

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};

use crate::auth::Error;

/// The password function of new passwords: OWASP's first choice of Argon2id parameters.
pub const KDF: &str = "argon2id$v=19$m=19456,t=2,p=1";

/// Characters of a password at least.
pub const PASSWORD_CHARS_MIN: usize = 12;
const PASSWORD_CHARS_MAX: usize = 128;

/// Sixteen random bytes, one set per password.
#[derive(Clone)]
pub struct Salt(pub Vec<u8>);

/// What Argon2id makes of a password. The database gets this to compare and never stores it.
pub struct Derived(pub Vec<u8>);

/// What the vault stores: sha256 of [`Derived`].
pub struct Verifier(pub Vec<u8>);

impl Salt {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn random() -> Result<Salt, Error> {
        let mut bytes = vec![0; 16];
        getrandom::fill(&mut bytes).map_err(|_| Error::BadKdf)?;
        Ok(Salt(bytes))
    }
}

impl Derived {
    /// What to store of it.
    pub fn verifier(&self) -> Verifier {
        Verifier(Sha256::digest(&self.0).to_vec())
    }

    /// What a guess is committed to before it is compared. Nobody can log in with it.
    pub fn commitment(&self) -> Vec<u8> {
        Sha256::digest(self.verifier().0).to_vec()
    }
}

/// Letters and digits that cannot be taken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A new random password: twenty characters, 100 bits.
///
/// # Errors
/// When the system has no randomness.
pub fn random_password() -> Result<String, Error> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).map_err(|_| Error::BadKdf)?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

/// Derives. Takes about 15 ms of CPU and 19 MiB: call it where blocking is allowed.
///
/// # Errors
/// When the function is not [`KDF`], or the password is longer than anybody's.
pub fn derive(password: &str, salt: &Salt, kdf: &str) -> Result<Derived, Error> {
    if kdf != KDF {
        return Err(Error::BadKdf);
    }
    if PASSWORD_CHARS_MAX < password.chars().count() {
        return Err(Error::BadPassword);
    }
    let params = Params::new(19_456, 2, 1, Some(32)).map_err(|_| Error::BadKdf)?;
    let mut out = vec![0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), &salt.0, &mut out)
        .map_err(|_| Error::BadKdf)?;
    Ok(Derived(out))
}

/// Prepares a new password for storing: its salt and its verifier.
///
/// # Errors
/// When it has fewer than [`PASSWORD_CHARS_MIN`] characters or more than 128.
pub fn new_password(password: &str) -> Result<(Salt, Verifier), Error> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(Error::BadPassword);
    }
    let salt = Salt::random()?;
    let verifier = derive(password, &salt, KDF)?.verifier();
    Ok((salt, verifier))
}

#[cfg(test)]
mod tests {
    use super::{KDF, Salt, derive, new_password};
    use crate::auth::Error;

    #[test]
    fn the_same_password_and_salt_derive_the_same() {
        let (salt, verifier) = new_password("correct horse battery").expect("long enough");
        let again = derive("correct horse battery", &salt, KDF).expect("derives").verifier();
        assert_eq!(again.0, verifier.0);
        let other = derive("correct horse batterz", &salt, KDF).expect("derives").verifier();
        assert_ne!(other.0, verifier.0);
    }

    #[test]
    fn short_passwords_and_foreign_functions_are_refused() {
        assert_eq!(new_password("short").err(), Some(Error::BadPassword));
        let salt = Salt::random().expect("random");
        assert_eq!(derive("x", &salt, "argon2i$v=19$m=8,t=1,p=1").err(), Some(Error::BadKdf));
    }
}
