//! What the operator's commands share: the connection, and passwords that are shown once.

use crate::{
    auth::{self, Salt, Verifier},
    cli::Failure,
    config::Env,
    dba::Operator,
};

/// Connects as the operator.
pub(super) async fn operator(env: &Env) -> Result<Operator, Failure> {
    let url = env.need("SHIKIRI_DATABASE_URL_OPERATOR")?;
    Ok(Operator::connect(url).await?)
}

/// A new random password (100 bits), with what is stored of it.
pub(crate) fn random_password() -> Result<(String, Salt, Verifier), Failure> {
    let password = auth::random_password()?;
    let (salt, verifier) = auth::new_password(&password)?;
    Ok((password, salt, verifier))
}
