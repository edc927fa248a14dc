//! `POST /v1/sessions`: log in. A second login is a designed state, not an accident.

use http::{StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::Envelope,
    domain::{Login, OnConflict, TenantCode},
    http::{
        answer::{self, Answer, moment},
        call::{Call, too_many},
        fields::Fields,
        json::{self, Tenant},
        problem::{BAD_CREDENTIALS, INTERNAL, ON_CONFLICT_NOT_ALLOWED, Problem, SESSION_EXISTS},
        sessions::{Token, token},
    },
    statements::sessions::{
        AskLoginParams, BeginLogin, LoginOutcome, OpenSession, Opened, OtherSession,
    },
};

/// The fields of [`NewSession`].
pub(in crate::http) const FIELDS: &[&str] = &["tenant_code", "login", "password", "on_conflict"];

/// What a login says.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape that OpenAPI shows; `read` reads it field by field")]
pub(in crate::http) struct NewSession {
    /// 収納企業コード, five digits.
    tenant_code: String,
    /// The user's login.
    login: String,
    /// The user's password.
    password: String,
    /// What to do about another session: ask (as when left out), take_over, refuse or parallel.
    on_conflict: Option<String>,
}

/// A session that was opened.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct OpenedSession {
    #[serde(flatten)]
    token: Token,
    user: UserFacts,
}

/// Who logged in.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct UserFacts {
    id: Uuid,
    login: String,
    display_name: String,
    role: &'static str,
}

struct Wish {
    tenant_code: TenantCode,
    login: Login,
    password: String,
    on_conflict: OnConflict,
}

#[utoipa::path(post, path = "/v1/sessions", request_body = NewSession,
    responses((status = 201, body = OpenedSession)))]
pub(in crate::http) async fn open(mut call: Call) -> Answer {
    // Before the body is read: a guess costs us a password derivation, and must cost its sender time.
    let taken = call.app.logins.take(call.entry.peer.into());
    if !taken.allowed {
        call.app.metrics.login("rate_limited");
        return Err(too_many(&taken));
    }
    let wish = read(&json::parse(&call.bytes().await?, Tenant::AtLogin)?)?;
    let outcome = attempt(&call, &wish).await?;
    let metrics = &call.app.metrics;
    match outcome {
        LoginOutcome::Opened(opened) => {
            metrics.login("opened");
            answer::json(StatusCode::CREATED, &opened_session(&call, &wish, &opened)?)
        }
        LoginOutcome::Rejected => {
            metrics.login("rejected");
            // Behind the answer, which must not take longer for a login that exists.
            tokio::spawn(call.app.clone().settle_logins());
            Err(Problem::new(&BAD_CREDENTIALS))
        }
        LoginOutcome::SessionExists(other) => {
            metrics.login("session_exists");
            Err(tell(Problem::new(&SESSION_EXISTS), &other, &[]))
        }
        LoginOutcome::TooManySessions(other) => {
            metrics.login("too_many_sessions");
            // One more beside them is what was refused, so it is no choice.
            Err(tell(Problem::new(&SESSION_EXISTS), &other, &["parallel"]))
        }
        LoginOutcome::ModeNotAllowed(other) => {
            metrics.login("mode_not_allowed");
            Err(tell(Problem::new(&ON_CONFLICT_NOT_ALLOWED), &other, &[]))
        }
    }
}

fn read(body: &Value) -> Result<Wish, Problem> {
    let mut fields = Fields::of(body, "", FIELDS)?;
    let code = fields.text("tenant_code").map(TenantCode::new);
    let login = fields.text("login").map(Login::new);
    let password = fields.text("password").map(str::to_owned);
    let mode = fields.optional_text("on_conflict").map_or(Ok(OnConflict::Ask), OnConflict::parse);
    let tenant_code = code.and_then(|it| fields.keep("tenant_code", it));
    let login = login.and_then(|it| fields.keep("login", it));
    let on_conflict = fields.keep("on_conflict", mode);
    let wish = (|| {
        Some(Wish {
            tenant_code: tenant_code?,
            login: login?,
            password: password?,
            on_conflict: on_conflict?,
        })
    })();
    fields.finish(wish)
}

async fn attempt(call: &Call, wish: &Wish) -> Result<LoginOutcome, Problem> {
    let none = || Problem::new(&INTERNAL).because("the login gave no answer");
    let ask = AskLoginParams {
        tenant_code: wish.tenant_code.as_str().to_owned(),
        login: wish.login.as_str().to_owned(),
    };
    let params = call.app.pool.call(&ask).await?.pop().ok_or_else(none)?;
    let derived = call.app.passwords.derive(&wish.password, params).await?;
    // Committed before it is compared: nothing that happens later takes the guess back.
    let begin = BeginLogin {
        tenant_code: ask.tenant_code,
        login: ask.login,
        commitment: derived.commitment(),
    };
    let open = OpenSession {
        attempt_id: call.app.pool.call(&begin).await?.pop().ok_or_else(none)?,
        derived: derived.0,
        on_conflict: wish.on_conflict.as_str().to_owned(),
        client: client(call),
    };
    call.app.pool.call(&open).await?.pop().ok_or_else(none)
}

/// What the client calls itself; shown to the same user when they log in elsewhere.
fn client(call: &Call) -> String {
    let agent = call.headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok());
    agent.unwrap_or("").chars().take(120).collect()
}

fn opened_session(call: &Call, wish: &Wish, opened: &Opened) -> Result<OpenedSession, Problem> {
    let envelope = Envelope {
        secret: &opened.secret,
        session_id: opened.session_id,
        user_id: opened.user_id,
        tenant_id: opened.tenant_id,
        role: opened.role,
    };
    Ok(OpenedSession {
        token: token(&call.app, &envelope, opened.expires_at)?,
        user: UserFacts {
            id: opened.user_id.0,
            login: wish.login.as_str().to_owned(),
            display_name: opened.display_name.as_str().to_owned(),
            role: opened.role.as_str(),
        },
    })
}

/// Tells of the other session, and of the modes that would open one.
fn tell(problem: Problem, other: &OtherSession, except: &[&str]) -> Problem {
    let choices: Vec<&str> =
        other.allowed_modes.iter().map(String::as_str).filter(|it| !except.contains(it)).collect();
    problem
        .with(
            "other_session",
            json!({
                "id": other.session_id,
                "opened_at": moment(other.opened_at),
                "client": other.client,
            }),
        )
        .with("running_exports", json!(other.running_exports))
        .with("choices", choices)
}
