//! Argon2id off the request's thread, two at a time: each costs 19 MiB and some 15 ms of a core.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::{
    auth::{self, Derived, Salt, Verifier},
    http::problem::{INTERNAL, Problem},
    statements::sessions::LoginParams,
};

const AT_ONCE: usize = 2;

/// Derives passwords.
pub(super) struct Passwords {
    permits: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords { permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// What a password makes with the salt of its login. One that nobody can have makes nothing, and is
    /// then refused and counted as any wrong one.
    ///
    /// # Errors
    /// When the stored password function is unknown.
    pub async fn derive(&self, password: &str, params: LoginParams) -> Result<Derived, Problem> {
        let password = password.to_owned();
        let derived: Result<Derived, auth::Error> =
            self.run(move || auth::derive(&password, &Salt(params.salt), &params.kdf)).await?;
        match derived {
            Ok(derived) => Ok(derived),
            Err(auth::Error::BadPassword) => Ok(Derived(Vec::new())),
            Err(err) => Err(err.into()),
        }
    }

    /// Prepares a new password for storing; none when it is too short or too long.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub async fn prepare(&self, password: &str) -> Result<Option<(Salt, Verifier)>, Problem> {
        let password = password.to_owned();
        match self.run(move || auth::new_password(&password)).await? {
            Ok(it) => Ok(Some(it)),
            Err(auth::Error::BadPassword) => Ok(None),
            Err(err) => Err(err.into()),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let failed = |err: &dyn std::fmt::Display| Problem::new(&INTERNAL).because(err);
        let permit = self.permits.clone().acquire_owned().await.map_err(|err| failed(&err))?;
        let done = tokio::task::spawn_blocking(move || {
            let res = work();
            // Held to the end of the work, also when its caller has left.
            drop(permit);
            res
        });
        done.await.map_err(|err| failed(&err))
    }
}
