//! Statements on sessions. Their texts are in `sql/queries/sessions`.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{DisplayName, Role, TenantCode, TenantId, TenantName, UserId},
    statement,
    wall::{Undecodable, door},
};

/// What a password is derived with.
#[derive(Debug, Clone)]
pub struct LoginParams {
    /// Random bytes of the credential, or made-up ones for a login that does not exist.
    pub salt: Vec<u8>,
    /// The password function.
    pub kdf: String,
}

door! { "sessions/login_params.sql",
    /// Asks for the salt of a login.
    pub struct AskLoginParams { tenant_code: String, login: String }
    rows_max = 1, owner = Unsealed, row = LoginParams, decode = |row| {
        Ok(LoginParams { salt: row.try_get("salt")?, kdf: row.try_get("kdf")? })
    }
}

door! { "sessions/begin_login.sql",
    /// Commits to one guess. It is compared by [`OpenSession`] in a later transaction: what a guess costs can then no longer be
    /// rolled back.
    pub struct BeginLogin { tenant_code: String, login: String, commitment: Vec<u8> }
    rows_max = 1, owner = Unsealed, row = Uuid, decode = |row| Ok(row.try_get("attempt_id")?)
}

door! { "sessions/settle.sql",
    /// Counts guesses that were wrong. For the checker's login: the application's own counters would tell who exists.
    pub struct SettleLogins {}
    rows_max = 1, owner = Unsealed, row = i32, decode = |row| Ok(row.try_get("settled")?)
}

/// A session that was opened.
#[derive(Clone)]
pub struct Opened {
    /// Shown once; goes into the token.
    pub secret: String,
    /// The session's public id.
    pub session_id: Uuid,
    /// Its tenant.
    pub tenant_id: TenantId,
    /// Its user.
    pub user_id: UserId,
    /// What the user may do.
    pub role: Role,
    /// How the user is shown.
    pub display_name: DisplayName,
    /// When it ends at the latest.
    pub expires_at: OffsetDateTime,
}

/// Another session of the same user, as a designed state and not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSession {
    /// Its public id.
    pub session_id: Uuid,
    /// Since when.
    pub opened_at: OffsetDateTime,
    /// What its client called itself.
    pub client: String,
    /// The `on_conflict` modes that the tenant allows.
    pub allowed_modes: Vec<String>,
    /// The user's exports that are under way. They keep their scope whatever is chosen.
    pub running_exports: Vec<Uuid>,
}

/// What became of a login.
pub enum LoginOutcome {
    /// It opened a session.
    Opened(Opened),
    /// Wrong, unknown, locked, disabled or suspended: one answer for all.
    Rejected,
    /// There is another session and nothing was opened.
    SessionExists(OtherSession),
    /// There is another session and the tenant does not allow the mode that was asked for.
    ModeNotAllowed(OtherSession),
    /// There are five parallel sessions already.
    TooManySessions(OtherSession),
}

door! { "sessions/open.sql",
    /// Opens a session with the derived password that an attempt was committed to.
    pub struct OpenSession {
        attempt_id: Uuid,
        derived: Vec<u8>,
        on_conflict: String,
        client: String,
    }
    rows_max = 1, owner = Unsealed, row = LoginOutcome, decode = |row| {
        let other = || -> Result<OtherSession, Undecodable> {
            Ok(OtherSession {
                session_id: row.try_get("other_session_id")?,
                opened_at: row.try_get("other_opened_at")?,
                client: row.try_get("other_client")?,
                allowed_modes: row.try_get("allowed_modes")?,
                running_exports: row.try_get("running_exports")?,
            })
        };
        Ok(match row.try_get("outcome")? {
            "opened" => LoginOutcome::Opened(Opened {
                secret: row.try_get("session_secret")?,
                session_id: row.try_get("session_id")?,
                tenant_id: TenantId(row.try_get("tenant_id")?),
                user_id: UserId(row.try_get("user_id")?),
                role: Role::parse(row.try_get("role")?)?,
                display_name: DisplayName::new(row.try_get("display_name")?)?,
                expires_at: row.try_get("expires_at")?,
            }),
            "rejected" => LoginOutcome::Rejected,
            "session_exists" => LoginOutcome::SessionExists(other()?),
            "mode_not_allowed" => LoginOutcome::ModeNotAllowed(other()?),
            "too_many_sessions" => LoginOutcome::TooManySessions(other()?),
            _ => return Err(Undecodable),
        })
    }
}

/// The session's own facts.
#[derive(Debug, Clone)]
pub struct Me {
    /// The session's public id.
    pub session_id: Uuid,
    /// The user.
    pub user_id: UserId,
    /// The user's login.
    pub login: String,
    /// How the user is shown.
    pub display_name: DisplayName,
    /// What the user may do.
    pub role: Role,
    /// The biller's code.
    pub tenant_code: TenantCode,
    /// The biller's name.
    pub tenant_name: TenantName,
    /// When the session ends at the latest.
    pub expires_at: OffsetDateTime,
}

statement! { "sessions/who_am_i.sql",
    /// The facts of the session with this secret.
    pub struct WhoAmI { secret: String }
    rows_max = 1, owner = Row, row = Me, decode = |row| {
        Ok(Me {
            session_id: row.try_get("session_id")?,
            user_id: UserId(row.try_get("user_id")?),
            login: row.try_get("login")?,
            display_name: DisplayName::new(row.try_get("display_name")?)?,
            role: Role::parse(row.try_get("role")?)?,
            tenant_code: TenantCode::new(row.try_get("tenant_code")?)?,
            tenant_name: TenantName::new(row.try_get("tenant_name")?)?,
            expires_at: row.try_get("expires_at")?,
        })
    }
}

impl WhoAmI {
    /// The facts of this session.
    pub fn new(session: &crate::auth::VerifiedSession) -> WhoAmI {
        WhoAmI { secret: session.secret().to_owned() }
    }
}

/// One live session in a list.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// Its public id.
    pub session_id: Uuid,
    /// Whose it is.
    pub user_id: UserId,
    /// The login of that user.
    pub login: String,
    /// What its client called itself.
    pub client: String,
    /// Since when.
    pub opened_at: OffsetDateTime,
    /// Until when at the latest.
    pub expires_at: OffsetDateTime,
}

statement! { "sessions/list.sql",
    /// The live sessions that the actor may see: their own, or all of the tenant for an admin.
    pub struct ListSessions {}
    rows_max = 2_000, owner = Row, row = SessionLine, decode = |row| {
        Ok(SessionLine {
            session_id: row.try_get("session_id")?,
            user_id: UserId(row.try_get("user_id")?),
            login: row.try_get("login")?,
            client: row.try_get("client")?,
            opened_at: row.try_get("opened_at")?,
            expires_at: row.try_get("expires_at")?,
        })
    }
}

statement! { "sessions/end.sql",
    /// Ends a session; false when the actor has none of that id to end.
    pub struct EndSession { session_id: Uuid }
    rows_max = 1, owner = NoWitness("whether the session was open; sessions are no rows that the application can read"), row = bool, decode = |row| Ok(row.try_get("ended")?)
}
