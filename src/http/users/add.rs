//! `POST /v1/users`: a tenant-admin adds a user.

use http::StatusCode;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::{KDF, VerifiedSession},
    domain::{DisplayName, Login, Role},
    http::{
        answer::{self, Answer},
        call::Call,
        fields::Fields,
        idempotency::{Key, replayed},
        json::{self, Tenant},
        problem::{INTERNAL, Problem, ROLE_REQUIRED, USER_EXISTS},
        users::User,
    },
    statements::users::{AddUser, GetUser, UserOutcome},
    wall::{self, SealedTx},
};

/// The fields of [`NewUser`].
pub(in crate::http) const FIELDS: &[&str] = &["login", "display_name", "role", "password"];

/// A user to add.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; the handler reads it field by field")]
pub(in crate::http) struct NewUser {
    /// 1 to 64 characters of a-z 0-9 . _ - @.
    login: String,
    /// 1 to 40 characters.
    display_name: String,
    /// clerk or tenant_admin.
    role: String,
    /// 12 to 128 characters; the user should change it.
    password: String,
}

#[utoipa::path(post, path = "/v1/users", request_body = NewUser,
    responses((status = 201, body = User)))]
pub(in crate::http) async fn add(mut call: Call, session: VerifiedSession) -> Answer {
    let bytes = call.bytes().await?;
    let key = Key::of(&call, &bytes)?;
    let wish = read(&call, &json::parse(&bytes, Tenant::Never)?).await?;
    let mut tx = call.app.pool.enter(&session).await?;
    if let Some(ids) = key.find(&mut tx, &session).await? {
        let answer = added(&mut tx, ids).await?;
        tx.commit().await?;
        return Ok(replayed(answer));
    }
    let id = match tx.fetch_one(&wish).await {
        Ok((UserOutcome::Done, Some(id))) => id.0.to_string(),
        Ok((UserOutcome::Forbidden, _)) => return Err(Problem::new(&ROLE_REQUIRED)),
        // Taken: an equal request was between its look and its insert, and has committed since.
        Ok((UserOutcome::Exists, _)) | Err(wall::Error::Taken { .. }) => {
            drop(tx);
            return exists(&call, &session, &key).await;
        }
        Err(err) => return Err(err.into()),
        _ => return Err(Problem::new(&INTERNAL).because("an outcome that cannot be")),
    };
    key.put(&mut tx, &session, vec![id.clone()]).await?;
    let answer = added(&mut tx, vec![id]).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The login is taken; perhaps by the same request, which has ended a moment ago.
async fn exists(call: &Call, session: &VerifiedSession, key: &Key) -> Answer {
    let mut tx = call.app.pool.enter(session).await?;
    let Some(ids) = key.find(&mut tx, session).await? else {
        return Err(Problem::new(&USER_EXISTS));
    };
    let answer = added(&mut tx, ids).await?;
    tx.commit().await?;
    Ok(replayed(answer))
}

async fn read(call: &Call, body: &Value) -> Result<AddUser, Problem> {
    let mut fields = Fields::of(body, "", FIELDS)?;
    let login = fields.text("login").map(Login::new);
    let login = login.and_then(|it| fields.keep("login", it));
    let name = fields.text("display_name").map(DisplayName::new);
    let name = name.and_then(|it| fields.keep("display_name", it));
    let role = fields.text("role").map(Role::parse);
    let role = role.and_then(|it| fields.keep("role", it));
    let password = fields.text("password");
    let prepared = match password {
        Some(password) => call.app.passwords.prepare(password).await?,
        None => None,
    };
    if password.is_some() && prepared.is_none() {
        fields.fault("password", "must be 12 to 128 characters");
    }
    let user = (|| {
        let (salt, verifier) = prepared?;
        Some(AddUser {
            login: login?.as_str().to_owned(),
            display_name: name?.as_str().to_owned(),
            role: role?.as_str().to_owned(),
            salt: salt.0,
            kdf: KDF.to_owned(),
            verifier: verifier.0,
        })
    })();
    fields.finish(user)
}

/// The answer, made of what is stored: the same for the request and for its retries.
async fn added(tx: &mut SealedTx, ids: Vec<String>) -> Answer {
    let id = ids.first().and_then(|it| Uuid::parse_str(it).ok()).unwrap_or(Uuid::nil());
    let user = User::from(tx.fetch_one(&GetUser { user_id: id }).await?);
    answer::json(StatusCode::CREATED, &user)
}
