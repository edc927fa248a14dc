//! The signing keys: one that signs, and those before it that are still believed.

use std::collections::HashMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    jwk::{Jwk, ThumbprintHash},
};

use crate::auth::{Error, kept::Kept};

/// Keys by id. The first one signs; the others only verify, for as long as their tokens may live.
pub struct KeyRing {
    pub(super) current: String,
    pub(super) signing: EncodingKey,
    pub(super) verifying: HashMap<String, DecodingKey>,
    /// A ring never loses a key: what it verified once it would verify again.
    pub(super) kept: Kept,
    jwks: Vec<Jwk>,
    cursor_key: [u8; 32],
}

impl KeyRing {
    /// Reads Ed25519 private keys (PKCS#8 PEM), the one that signs first.
    ///
    /// # Errors
    /// When there is none, or one of them is not such a key.
    pub fn new(pems: &[String]) -> Result<KeyRing, Error> {
        let mut verifying = HashMap::new();
        let mut jwks = Vec::new();
        let mut first = None;
        for pem in pems {
            let pkcs8 = pkcs8_of(pem)?;
            let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| Error::BadKey)?;
            let signing = EncodingKey::from_ed_der(&pkcs8);
            let public = DecodingKey::from_ed_der(pair.public_key().as_ref());
            // Of the public half: from the private one the library takes keys of one length only.
            let jwk = Jwk::from_decoding_key(&public, Some(Algorithm::EdDSA))
                .map_err(|_| Error::BadKey)?;
            let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| Error::BadKey)?;
            verifying.insert(kid.clone(), public);
            jwks.push(jwk);
            first.get_or_insert((kid, signing, cursor_key(&pkcs8)));
        }
        let (current, signing, cursor_key) = first.ok_or(Error::NoKey)?;
        Ok(KeyRing { current, signing, verifying, kept: Kept::default(), jwks, cursor_key })
    }

    /// The public keys, as RFC 7517 wants them, for whoever verifies our signatures.
    pub fn jwks(&self) -> &[Jwk] {
        &self.jwks
    }

    /// A key for sealing list cursors, derived from the signing key: processes that share one share both.
    pub fn cursor_key(&self) -> &[u8; 32] {
        &self.cursor_key
    }
}

/// Makes a new Ed25519 key, as PKCS#8 PEM.
///
/// # Errors
/// When the system has no randomness.
pub fn generate_key() -> Result<String, Error> {
    let document = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
        .map_err(|_| Error::BadKey)?;
    let body = STANDARD.encode(document.as_ref());
    Ok(format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"))
}

pub(super) fn pkcs8_of(pem: &str) -> Result<Vec<u8>, Error> {
    let body = pem
        .trim()
        .strip_prefix("-----BEGIN PRIVATE KEY-----")
        .and_then(|it| it.strip_suffix("-----END PRIVATE KEY-----"))
        .ok_or(Error::BadKey)?;
    let body: String = body.split_whitespace().collect();
    STANDARD.decode(body).map_err(|_| Error::BadKey)
}

fn cursor_key(pkcs8: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(b"shikiri list cursor\0");
    hash.update(pkcs8);
    hash.finalize().into()
}
