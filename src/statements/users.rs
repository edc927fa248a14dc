//! Statements on users. Their texts are in `sql/queries/users`.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{Role, UserId},
    statement,
    statements::sessions::LoginParams,
    wall::{Row, Undecodable},
};

/// What became of a change to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserOutcome {
    /// Done.
    Done,
    /// The login is taken.
    Exists,
    /// Only a tenant-admin may do this.
    Forbidden,
    /// There is no such user in the tenant.
    NotFound,
    /// The current password was wrong, or the login is locked.
    Rejected,
}

fn outcome(text: &str) -> Result<UserOutcome, Undecodable> {
    Ok(match text {
        "added" | "changed" => UserOutcome::Done,
        "exists" => UserOutcome::Exists,
        "forbidden" => UserOutcome::Forbidden,
        "not_found" => UserOutcome::NotFound,
        "rejected" => UserOutcome::Rejected,
        _ => return Err(Undecodable),
    })
}

statement! { "users/add.sql",
    /// Adds a user to the actor's tenant.
    pub struct AddUser {
        login: String,
        display_name: String,
        role: String,
        salt: Vec<u8>,
        kdf: String,
        verifier: Vec<u8>,
    }
    rows_max = 1, owner = NoWitness("a verdict of the door, and the name of the user it has just made"), row = (UserOutcome, Option<UserId>), decode = |row| {
        let id: Option<Uuid> = row.try_get("user_id")?;
        Ok((outcome(row.try_get("outcome")?)?, id.map(UserId)))
    }
}

/// One user in a list.
#[derive(Debug, Clone)]
pub struct UserLine {
    /// The user.
    pub user_id: UserId,
    /// What they log in with.
    pub login: String,
    /// How they are shown.
    pub display_name: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// Since when they cannot log in.
    pub disabled_at: Option<OffsetDateTime>,
}

statement! { "users/list.sql",
    /// The users of the actor's tenant.
    pub struct ListUsers {}
    rows_max = 2_000, owner = Row, row = UserLine, decode = user_line
}

statement! { "users/get.sql",
    /// One user of the actor's tenant.
    pub struct GetUser { user_id: Uuid }
    rows_max = 1, owner = Row, row = UserLine, decode = user_line
}

fn user_line(row: &Row) -> Result<UserLine, Undecodable> {
    Ok(UserLine {
        user_id: UserId(row.try_get("user_id")?),
        login: row.try_get("login")?,
        display_name: row.try_get("display_name")?,
        role: Role::parse(row.try_get("role")?)?,
        created_at: row.try_get("created_at")?,
        disabled_at: row.try_get("disabled_at")?,
    })
}

statement! { "users/own_salt.sql",
    /// The salt of the actor's own password.
    pub struct OwnSalt {}
    rows_max = 1, owner = NoWitness("how the password of the one who is entered is hashed; verifiers are no rows that the application can read"), row = LoginParams, decode = |row| {
        Ok(LoginParams { salt: row.try_get("salt")?, kdf: row.try_get("kdf")? })
    }
}

statement! { "users/begin_proof.sql",
    /// Commits to one guess at the actor's own password, as a login does.
    pub struct BeginProof { commitment: Vec<u8> }
    rows_max = 1, owner = NoWitness("an attempt that the door has just begun for the user who is entered"), row = Uuid, decode = |row| Ok(row.try_get("attempt_id")?)
}

statement! { "users/change_own_password.sql",
    /// Changes the actor's own password and ends their other sessions.
    pub struct ChangeOwnPassword {
        attempt_id: Uuid,
        current: Vec<u8>,
        salt: Vec<u8>,
        kdf: String,
        verifier: Vec<u8>,
        keep_session: Uuid,
    }
    rows_max = 1, owner = NoWitness("a verdict of the door on the user who is entered"), row = UserOutcome, decode = |row| outcome(row.try_get("outcome")?)
}

statement! { "users/reset_password.sql",
    /// Changes another user's password and ends their sessions.
    pub struct ResetPassword { user_id: Uuid, salt: Vec<u8>, kdf: String, verifier: Vec<u8> }
    rows_max = 1, owner = NoWitness("a verdict of the door on one user"), row = UserOutcome, decode = |row| outcome(row.try_get("outcome")?)
}
