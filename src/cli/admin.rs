//! What the operator's commands share: the connection, and passwords that are shown once.

use crate::{
    auth::{self, Salt, Verifier},
    cli::Failure,
    config::Env,
    db::Operator,
};

/// Connects as the operator.
pub(super) async fn operator(env: &Env) -> Result<Operator, Failure> {
    let url = env.need("SHIKIRI_DATABASE_URL_OPERATOR")?;
    Ok(Operator::connect(url).await?)
}

/// Letters and digits that cannot be taken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A new random password (100 bits), with what is stored of it.
pub(crate) fn random_password() -> Result<(String, Salt, Verifier), Failure> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).map_err(|err| format!("no randomness: {err}"))?;
    let password: String =
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    let (salt, verifier) = auth::new_password(&password)?;
    Ok((password, salt, verifier))
}
