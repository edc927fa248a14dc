//! `PUT /v1/me/password`: one's own password, proved by the current one.

use utoipa::ToSchema;

use crate::{
    auth::{KDF, VerifiedSession},
    http::{
        answer::{Answer, no_content},
        call::Call,
        fields::Fields,
        problem::{CURRENT_PASSWORD_WRONG, INTERNAL, Problem},
    },
    statements::users::{BeginProof, ChangeOwnPassword, OwnSalt, UserOutcome},
};

/// The fields of [`PasswordChange`].
pub(in crate::http) const FIELDS: &[&str] = &["current_password", "new_password"];

/// A change of one's own password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; the handler reads it field by field")]
pub(in crate::http) struct PasswordChange {
    /// The one that is used now.
    current_password: String,
    /// 12 to 128 characters.
    new_password: String,
}

#[utoipa::path(put, path = "/v1/me/password", request_body = PasswordChange,
    responses((status = 204, description = "Changed. Every other session of the user has ended.")))]
pub(in crate::http) async fn change_password(mut call: Call, session: VerifiedSession) -> Answer {
    let body = call.json().await?;
    let mut fields = Fields::of(&body, "", FIELDS)?;
    let (current, new) = (fields.text("current_password"), fields.text("new_password"));
    let prepared = match new {
        Some(new) => call.app.passwords.prepare(new).await?,
        None => None,
    };
    if new.is_some() && prepared.is_none() {
        fields.fault("new_password", "must be 12 to 128 characters");
    }
    let (current, (salt, verifier)) = fields.finish(current.zip(prepared))?;
    let params = call.app.pool.read(&session, &OwnSalt {}).await?.pop();
    let params = params.ok_or_else(|| Problem::new(&INTERNAL).because("no salt"))?;
    let current = call.app.passwords.derive(current, params).await?;
    // Committed before it is compared, as a login is: a session must not be a way to guess its user's password.
    let begin = BeginProof { commitment: current.commitment() };
    let attempt = call.app.pool.write(&session, &begin).await?.pop();
    let change = ChangeOwnPassword {
        attempt_id: attempt.ok_or_else(|| Problem::new(&INTERNAL).because("no attempt"))?,
        current: current.0,
        salt: salt.0,
        kdf: KDF.to_owned(),
        verifier: verifier.0,
        keep_session: session.session_id(),
    };
    let mut tx = call.app.pool.enter(&session).await?;
    let outcome = tx.fetch_one(&change).await?;
    tx.commit().await?;
    match outcome {
        UserOutcome::Done => Ok(no_content()),
        UserOutcome::Rejected => {
            tokio::spawn(call.app.clone().settle_logins());
            Err(Problem::new(&CURRENT_PASSWORD_WRONG))
        }
        _ => Err(Problem::new(&INTERNAL).because("an outcome that cannot be")),
    }
}
