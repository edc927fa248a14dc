//! Keys that sign certificates, apart from those that sign tokens: an old certificate must stay provable.
//!
//! A directory holds them. The newest one signs, and is read anew each time, so that a new key needs no
//! restart. When a key is replaced its private half is destroyed; its public half stays and is published.

use std::path::{Path, PathBuf};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    jwk::{Jwk, ThumbprintHash},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::auth::{
    Error, generate_key,
    key_files::{self, KeyFile},
    keys::pkcs8_of,
};

/// Seconds for which a replaced key may still be at work, in a process that read it a moment before.
pub const GRACE_SECONDS: i64 = 600;

/// Bytes of a certificate at most.
const TOKEN_BYTES_MAX: usize = 64 * 1024;

/// A directory of keys that sign certificates.
#[derive(Debug, Clone)]
pub struct CertificateKeys {
    dir: PathBuf,
}

/// What was signed, and by which key.
#[derive(Debug, Clone)]
pub struct Signed {
    /// A JWS in compact form.
    pub token: String,
    /// The key's name: its thumbprint (RFC 7638).
    pub kid: String,
}

/// A public key as it is published: RFC 8037, with `nbf` and `exp` in Unix seconds as in OpenID Federation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKey {
    kty: String,
    crv: String,
    x: String,
    kid: String,
    alg: String,
    r#use: String,
    /// It signed nothing before.
    pub nbf: i64,
    /// It signs nothing after; none for the one that signs now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
}

/// Public keys, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKeys {
    keys: Vec<PublishedKey>,
}

/// What a signature proves.
#[derive(Debug, Clone)]
pub struct Proven {
    /// What was signed.
    pub claims: Value,
    /// The key.
    pub key: PublishedKey,
}

impl CertificateKeys {
    /// The keys of a directory, which may not be there yet.
    pub fn in_dir(dir: &Path) -> CertificateKeys {
        CertificateKeys { dir: dir.to_owned() }
    }

    /// Whether there is a key that signs.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn can_sign(&self) -> Result<bool, Error> {
        Ok(!key_files::list(&self.dir, &["pem"])?.is_empty())
    }

    /// Makes a new key. It signs from now on; the private halves of those before are destroyed.
    ///
    /// # Errors
    /// When a file cannot be read or written, or the system has no randomness.
    pub fn replace(&self) -> Result<(), Error> {
        let before = key_files::list(&self.dir, &["pem"])?;
        let path = self.dir.join(format!("{}.pem", Uuid::now_v7()));
        key_files::write(&path, &generate_key()?)?;
        for file in before {
            let pair = pair(&file)?;
            let public = URL_SAFE_NO_PAD.encode(pair.0.public_key().as_ref());
            key_files::write(&file.path.with_extension("pub"), &(public + "\n"))?;
            key_files::destroy(&file.path)?;
        }
        Ok(())
    }

    /// Signs claims, as a JWS of a type.
    ///
    /// # Errors
    /// When there is no key, or the claims cannot be written as JSON.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<Signed, Error> {
        let file = key_files::list(&self.dir, &["pem"])?.pop().ok_or(Error::NoKey)?;
        let (pair, pkcs8) = pair(&file)?;
        let kid = thumbprint(pair.public_key().as_ref())?;
        let header = Header {
            typ: Some(typ.to_owned()),
            kid: Some(kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        let token = encode(&header, claims, &EncodingKey::from_ed_der(&pkcs8));
        Ok(Signed { token: token.map_err(|_| Error::BadKey)?, kid })
    }

    /// The public halves of all keys there ever were, with the time each was at work.
    ///
    /// # Errors
    /// When the directory or a key cannot be read.
    pub fn published(&self) -> Result<PublishedKeys, Error> {
        let mut keys = Vec::new();
        let mut successor: Option<KeyFile> = None;
        for file in key_files::list(&self.dir, &["pem", "pub"])?.into_iter().rev() {
            // A replacement that was interrupted leaves both halves.
            if successor.as_ref().is_some_and(|it| it.name == file.name) {
                continue;
            }
            let public = if file.path.extension().is_some_and(|it| it == "pem") {
                pair(&file)?.0.public_key().as_ref().to_vec()
            } else {
                let text = key_files::read(&file.path)?;
                URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| Error::BadKey)?
            };
            keys.push(PublishedKey {
                kty: "OKP".to_owned(),
                crv: "Ed25519".to_owned(),
                x: URL_SAFE_NO_PAD.encode(&public),
                kid: thumbprint(&public)?,
                alg: "EdDSA".to_owned(),
                r#use: "sig".to_owned(),
                nbf: file.made_at(),
                exp: successor.map(|it| it.made_at() + GRACE_SECONDS),
            });
            successor = Some(file);
        }
        Ok(PublishedKeys { keys })
    }
}

impl PublishedKeys {
    /// Reads a JWK set.
    ///
    /// # Errors
    /// When it is none, or a key in it is not of the published form.
    pub fn parse(text: &str) -> Result<PublishedKeys, Error> {
        serde_json::from_str(text).map_err(|_| Error::BadKey)
    }

    /// Verifies a JWS of a type. The key and the algorithm come from the set, never from the token.
    ///
    /// # Errors
    /// When any byte of it is not what one of these keys signed.
    pub fn verify(&self, typ: &str, token: &str) -> Result<Proven, Error> {
        if TOKEN_BYTES_MAX < token.len() {
            return Err(Error::Rejected);
        }
        let header = decode_header(token).map_err(|_| Error::Rejected)?;
        if header.crit.is_some() || header.typ.as_deref() != Some(typ) {
            return Err(Error::Rejected);
        }
        let kid = header.kid.ok_or(Error::Rejected)?;
        let key = self.keys.iter().find(|it| it.kid == kid).ok_or(Error::Rejected)?;
        let public = URL_SAFE_NO_PAD.decode(&key.x).map_err(|_| Error::BadKey)?;
        if key.crv != "Ed25519" || public.len() != 32 || thumbprint(&public)? != kid {
            return Err(Error::BadKey);
        }
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.set_required_spec_claims::<&str>(&[]);
        let decoded = decode::<Value>(token, &DecodingKey::from_ed_der(&public), &rules);
        let claims = decoded.map_err(|_| Error::Rejected)?.claims;
        Ok(Proven { claims, key: key.clone() })
    }
}

fn pair(file: &KeyFile) -> Result<(Ed25519KeyPair, Vec<u8>), Error> {
    let pkcs8 = pkcs8_of(&key_files::read(&file.path)?)?;
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| Error::BadKey)?;
    Ok((pair, pkcs8))
}

fn thumbprint(public: &[u8]) -> Result<String, Error> {
    let key = DecodingKey::from_ed_der(public);
    let jwk = Jwk::from_decoding_key(&key, Some(Algorithm::EdDSA)).map_err(|_| Error::BadKey)?;
    jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| Error::BadKey)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{CertificateKeys, GRACE_SECONDS, PublishedKeys};
    use crate::auth::Error;

    const TYP: &str = "test+jws";

    fn keys() -> (tempfile::TempDir, CertificateKeys) {
        let dir = tempfile::tempdir().expect("a directory");
        let keys = CertificateKeys::in_dir(&dir.path().join("certificate"));
        (dir, keys)
    }

    #[test]
    fn every_character_of_what_was_signed_counts() {
        let (_dir, keys) = keys();
        assert!(matches!(keys.sign(TYP, &json!({})), Err(Error::NoKey)));
        keys.replace().expect("makes one");
        let signed = keys.sign(TYP, &json!({"rows": 45, "nested": {"a": [1, 2]}})).expect("signs");
        let published = keys.published().expect("reads");
        let proven = published.verify(TYP, &signed.token).expect("is ours");
        assert_eq!(proven.claims["rows"], 45);
        assert!(published.verify("other+jws", &signed.token).is_err());
        for (place, was) in signed.token.char_indices() {
            for other in ['A', 'B', 'Q', 'g', '_', '.'] {
                if other != was {
                    let mut changed = signed.token.clone();
                    changed.replace_range(place..=place, &other.to_string());
                    assert!(published.verify(TYP, &changed).is_err(), "{place}: {was} -> {other}");
                }
            }
        }
    }

    #[test]
    fn a_replaced_key_signs_no_more_and_is_still_believed_for_what_it_signed() {
        let (_dir, keys) = keys();
        keys.replace().expect("makes one");
        let first = keys.sign(TYP, &json!({})).expect("signs");
        // Names are in the order of time down to the millisecond.
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        keys.replace().expect("makes another");
        let second = keys.sign(TYP, &json!({})).expect("signs");
        assert_ne!(first.kid, second.kid);
        let published = keys.published().expect("reads");
        let old = published.verify(TYP, &first.token).expect("is believed").key;
        let new = published.verify(TYP, &second.token).expect("is believed").key;
        assert_eq!((old.exp, new.exp), (Some(new.nbf + GRACE_SECONDS), None));
        let pems = crate::auth::key_files::list(&keys.dir, &["pem"]).expect("reads");
        assert_eq!(pems.len(), 1, "the private half of the first is destroyed");
        let text = serde_json::to_string(&published).expect("writes");
        assert_eq!(PublishedKeys::parse(&text), Ok(published));
        assert!(!text.contains("\"d\""));
    }

    #[test]
    fn a_key_that_is_not_in_the_set_proves_nothing() {
        let ((_a, ours), (_b, theirs)) = (keys(), keys());
        ours.replace().expect("makes one");
        theirs.replace().expect("makes one");
        let signed = theirs.sign(TYP, &json!({})).expect("signs");
        let published = ours.published().expect("reads");
        assert!(matches!(published.verify(TYP, &signed.token), Err(Error::Rejected)));
    }
}
