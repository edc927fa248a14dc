//! Texts that only this service can have made: sealed with ChaCha20-Poly1305 under the ring's own key.
//!
//! What a text is for is bound to it, so a text of one purpose opens as no other.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    ChaCha20Poly1305, Nonce,
    aead::{Aead, KeyInit, Payload},
};

use crate::http::problem::{INTERNAL, Problem};

const NONCE_BYTES: usize = 12;

/// What a sealed text is bound to, each part with its length in front.
pub(super) fn bound(parts: &[&[u8]]) -> Vec<u8> {
    let mut res = Vec::new();
    for part in parts {
        res.extend_from_slice(&(part.len() as u64).to_be_bytes());
        res.extend_from_slice(part);
    }
    res
}

/// Seals a text.
///
/// # Errors
/// When the system has no randomness.
pub(super) fn seal(key: &[u8; 32], bound: &[u8], plain: &[u8]) -> Result<String, Problem> {
    let failed = || Problem::new(&INTERNAL).because("a text could not be sealed");
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(|_| failed())?;
    let payload = Payload { msg: plain, aad: bound };
    let cipher = ChaCha20Poly1305::new(key.into());
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| failed())?;
    Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
}

/// Opens a sealed text; none when it is not ours, or bound to something else.
pub(super) fn open(key: &[u8; 32], bound: &[u8], text: &str, chars_max: usize) -> Option<Vec<u8>> {
    if chars_max < text.len() {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
    let payload = Payload { msg: sealed, aad: bound };
    let cipher = ChaCha20Poly1305::new(key.into());
    cipher.decrypt(&Nonce::from(*nonce), payload).ok()
}
