//! The server that a demonstration stands on: one of ours, or an empty one that was named for it.

use crate::{
    auth,
    dba::catalog::{self, Login, LoginPassword},
    lab::{Conninfo, Server, StageError},
};

/// How a superuser reaches the server, and how our roles do.
#[derive(Debug, Clone)]
pub struct Ground {
    admin: Conninfo,
    /// What every role is given to log in with; none where the server asks for none.
    password: Option<String>,
    /// Whether roles and databases of ours that are there already are ours for sure.
    shared: bool,
}

impl Ground {
    /// A server of our own: over its socket, without passwords.
    ///
    /// # Errors
    /// Never in practice: the server's own connection string is readable.
    pub fn of_server(server: &Server) -> Result<Ground, StageError> {
        let admin = Conninfo::parse(&server.conninfo("postgres", "postgres"))?;
        Ok(Ground { admin, password: None, shared: true })
    }

    /// An empty server that somebody named, with a superuser's connection string. Roles get a random password.
    ///
    /// # Errors
    /// When the connection string cannot be read.
    pub fn of_url(url: &str) -> Result<Ground, StageError> {
        let admin = Conninfo::parse(url)?;
        Ok(Ground { admin, password: Some(auth::random_password()?), shared: false })
    }

    /// A server that tests share: our roles are there, with this password.
    ///
    /// # Errors
    /// When the connection string cannot be read.
    pub fn shared(url: &str, password: Option<&str>) -> Result<Ground, StageError> {
        let admin = Conninfo::parse(url)?;
        Ok(Ground { admin, password: password.map(str::to_owned), shared: true })
    }

    /// How a superuser reaches the server's first database.
    #[must_use]
    pub fn admin(&self) -> String {
        self.admin.to_string()
    }

    /// How a superuser reaches a database.
    #[must_use]
    pub fn superuser(&self, database: &str) -> String {
        self.admin.clone().with("dbname", database).to_string()
    }

    /// How a role reaches a database.
    #[must_use]
    pub fn role(&self, role: &str, database: &str) -> String {
        let conninfo = self.admin.clone().with("user", role).with("dbname", database);
        match &self.password {
            Some(password) => conninfo.with("password", password).to_string(),
            None => conninfo.to_string(),
        }
    }

    /// The password for roles that are made here.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// What bootstrap gives our logins.
    pub(super) fn passwords(&self) -> Vec<LoginPassword> {
        let password = |password: &String| {
            Login::ALL.map(|login| LoginPassword { login, password: password.clone() }).into()
        };
        self.password.as_ref().map(password).unwrap_or_default()
    }

    /// Refuses a server where shikiri is at home already and did not make this database: bootstrap would
    /// give the roles of a running service new passwords.
    pub(super) async fn check_is_free(&self, database: &str) -> Result<(), StageError> {
        if self.shared || catalog::database_exists(&self.admin(), database).await? {
            return Ok(());
        }
        if catalog::role_exists(&self.admin(), Login::App.role()).await? {
            return Err(StageError::NotFree);
        }
        Ok(())
    }
}
