//! `PUT /v1/users/{id}/password`: a tenant-admin gives a user a new password.

use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::{KDF, VerifiedSession},
    http::{
        answer::{Answer, no_content},
        call::Call,
        fields::Fields,
        problem::{INTERNAL, NOT_FOUND, Problem, ROLE_REQUIRED},
    },
    statements::users::{ResetPassword, UserOutcome},
};

/// The fields of [`PasswordReset`].
pub(in crate::http) const FIELDS: &[&str] = &["new_password"];

/// A new password for another user.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; the handler reads it field by field")]
pub(in crate::http) struct PasswordReset {
    /// 12 to 128 characters; the user should change it.
    new_password: String,
}

#[utoipa::path(put, path = "/v1/users/{id}/password", request_body = PasswordReset,
    params(("id" = Uuid, Path, description = "The user.")),
    responses((status = 204, description = "Changed. Every session of that user has ended.")))]
pub(in crate::http) async fn reset_password(
    mut call: Call,
    session: VerifiedSession,
    id: String,
) -> Answer {
    let body = call.json().await?;
    let mut fields = Fields::of(&body, "", FIELDS)?;
    let new = fields.text("new_password");
    let prepared = match new {
        Some(new) => call.app.passwords.prepare(new).await?,
        None => None,
    };
    if new.is_some() && prepared.is_none() {
        fields.fault("new_password", "must be 12 to 128 characters");
    }
    let (salt, verifier) = fields.finish(prepared)?;
    let reset = ResetPassword {
        // What is no id is an id that nobody has.
        user_id: Uuid::parse_str(&id).unwrap_or(Uuid::nil()),
        salt: salt.0,
        kdf: KDF.to_owned(),
        verifier: verifier.0,
    };
    let mut tx = call.app.pool.enter(&session).await?;
    let outcome = tx.fetch_one(&reset).await?;
    tx.commit().await?;
    match outcome {
        UserOutcome::Done => Ok(no_content()),
        UserOutcome::Forbidden => Err(Problem::new(&ROLE_REQUIRED)),
        UserOutcome::NotFound => Err(Problem::new(&NOT_FOUND)),
        _ => Err(Problem::new(&INTERNAL).because("an outcome that cannot be")),
    }
}
