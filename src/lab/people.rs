//! People of the demonstration: each has a random password that lives as long as this process.

use crate::{
    auth::{self, Derived, KDF, KeyRing, Salt, VerifiedSession},
    dba::Operator,
    domain::{OnConflict, Role, TenantCode},
    lab::StageError,
    statements::{
        operator::{AddUser, ResetUser},
        sessions::{BeginLogin, LoginOutcome, OpenSession, Opened},
    },
    wall::Pool,
};

/// Somebody who can log in.
#[derive(Clone)]
pub struct Person {
    /// 収納企業コード.
    pub tenant_code: TenantCode,
    /// The login.
    pub login: String,
    /// What the person may do.
    pub role: Role,
    /// The password.
    pub password: String,
    salt: Vec<u8>,
    /// Kept, so that nobody waits for Argon2 a second time.
    derived: Vec<u8>,
}

impl Person {
    /// Thinks of a password and derives it. About 15 ms of CPU: call it where blocking is allowed.
    fn new(tenant_code: TenantCode, login: &str, role: Role) -> Result<Person, auth::Error> {
        let (password, salt) = (auth::random_password()?, Salt::random()?);
        let derived = auth::derive(&password, &salt, KDF)?.0;
        Ok(Person { tenant_code, login: login.to_owned(), role, password, salt: salt.0, derived })
    }

    /// Adds the person through the operator's call, or gives a known one the new password.
    pub(super) async fn admit(&self, operator: &mut Operator) -> Result<(), StageError> {
        let verifier = || auth::Derived(self.derived.clone()).verifier().0;
        let tenant_code = self.tenant_code.as_str().to_owned();
        let add = AddUser {
            tenant_code: tenant_code.clone(),
            login: self.login.clone(),
            display_name: format!("見本 {}", self.login),
            role: self.role.as_str().to_owned(),
            salt: self.salt.clone(),
            kdf: KDF.to_owned(),
            verifier: verifier(),
        };
        let outcome = operator.call_one(&add).await?;
        if outcome == "added" {
            return Ok(());
        }
        let reset = ResetUser {
            tenant_code,
            login: self.login.clone(),
            salt: self.salt.clone(),
            kdf: KDF.to_owned(),
            verifier: verifier(),
        };
        match operator.call_one(&reset).await?.as_str() {
            "reset" => Ok(()),
            _ => Err(StageError::NotAdmitted),
        }
    }

    /// Logs in as a client does, with the derived password at hand.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn log_in(
        &self,
        pool: &Pool,
        on_conflict: OnConflict,
    ) -> Result<LoginOutcome, StageError> {
        let begin = BeginLogin {
            tenant_code: self.tenant_code.as_str().to_owned(),
            login: self.login.clone(),
            commitment: Derived(self.derived.clone()).commitment(),
        };
        let open = OpenSession {
            attempt_id: pool.call(&begin).await?.pop().ok_or(StageError::NoSession)?,
            derived: self.derived.clone(),
            on_conflict: on_conflict.as_str().to_owned(),
            client: "lab".to_owned(),
        };
        pool.call(&open).await?.pop().ok_or(StageError::NoSession)
    }

    /// Logs in, ending another session if there is one, and gives the session behind the token.
    ///
    /// # Errors
    /// When no session was opened.
    pub async fn enter(&self, pool: &Pool, keys: &KeyRing) -> Result<VerifiedSession, StageError> {
        match self.log_in(pool, OnConflict::TakeOver).await? {
            LoginOutcome::Opened(opened) => session(keys, &opened),
            _ => Err(StageError::NoSession),
        }
    }
}

/// Signs a token for a login, and verifies it: the one way to a session.
pub(super) fn session(keys: &KeyRing, opened: &Opened) -> Result<VerifiedSession, StageError> {
    let envelope = auth::Envelope {
        secret: &opened.secret,
        session_id: opened.session_id,
        user_id: opened.user_id,
        tenant_id: opened.tenant_id,
        role: opened.role,
    };
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    Ok(keys.verify(&keys.sign(&envelope, now)?)?)
}

/// A clerk for every biller, in order. One thread per processor derives: each derivation takes 19 MiB.
pub(super) async fn clerks(codes: Vec<TenantCode>) -> Result<Vec<Person>, StageError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = codes.len().div_ceil(threads).max(1);
    let deriving: Vec<_> = codes
        .chunks(share)
        .map(|codes| {
            let codes = codes.to_vec();
            let derive = |code| Person::new(code, "clerk", Role::Clerk);
            let work = move || codes.into_iter().map(derive).collect::<Result<Vec<_>, _>>();
            tokio::task::spawn_blocking(work)
        })
        .collect();
    let mut people = Vec::with_capacity(codes.len());
    for part in deriving {
        people.extend(part.await.map_err(|_| StageError::Thread)??);
    }
    Ok(people)
}
