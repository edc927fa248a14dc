//! People of a tenant, and what happens when one logs in twice.

use super::{Invalid, TenantId, is_forbidden_in_names};

/// The database's name for a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub uuid::Uuid);

/// Who acts, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The tenant that the user belongs to.
    pub tenant_id: TenantId,
    /// The user.
    pub user_id: UserId,
}

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Lists, registers and exports slips.
    Clerk,
    /// A clerk who may also add users and end their sessions.
    TenantAdmin,
}

impl Role {
    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Clerk => "clerk",
            Role::TenantAdmin => "tenant_admin",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When it is neither `clerk` nor `tenant_admin`.
    pub fn parse(text: &str) -> Result<Role, Invalid> {
        match text {
            "clerk" => Ok(Role::Clerk),
            "tenant_admin" => Ok(Role::TenantAdmin),
            _ => Err(Invalid::new("role", "must be clerk or tenant_admin")),
        }
    }
}

/// What a login asks for when its user has a session already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// Open nothing; tell about the other session and let the person choose.
    Ask,
    /// End the other session, with a reason that its next call is told.
    TakeOver,
    /// Open nothing while another session lives.
    Refuse,
    /// Live beside the other session.
    Parallel,
}

impl OnConflict {
    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            OnConflict::Ask => "ask",
            OnConflict::TakeOver => "take_over",
            OnConflict::Refuse => "refuse",
            OnConflict::Parallel => "parallel",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When it is none of the four.
    pub fn parse(text: &str) -> Result<OnConflict, Invalid> {
        match text {
            "ask" => Ok(OnConflict::Ask),
            "take_over" => Ok(OnConflict::TakeOver),
            "refuse" => Ok(OnConflict::Refuse),
            "parallel" => Ok(OnConflict::Parallel),
            _ => Err(Invalid::new("on_conflict", "must be ask, take_over, refuse or parallel")),
        }
    }
}

/// The name a user logs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    /// Reads a login.
    ///
    /// # Errors
    /// When it is not 1 to 64 characters of `a-z 0-9 . _ - @`.
    pub fn new(text: &str) -> Result<Login, Invalid> {
        let ok = |b: u8| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-' | b'@')
        };
        if text.is_empty() || 64 < text.len() || !text.bytes().all(ok) {
            return Err(Invalid::new("login", "must be 1 to 64 characters of a-z 0-9 . _ - @"));
        }
        Ok(Login(text.to_owned()))
    }

    /// The login.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name a user is shown by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// Reads a name.
    ///
    /// # Errors
    /// When it is empty, longer than 40 characters, or holds a control or reordering character.
    pub fn new(text: &str) -> Result<DisplayName, Invalid> {
        let length = text.chars().count();
        if length == 0 || 40 < length || text.chars().any(is_forbidden_in_names) {
            return Err(Invalid::new(
                "display_name",
                "must be 1 to 40 characters without controls",
            ));
        }
        Ok(DisplayName(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
