//! A throw-away database, and roles with names of their own: nothing of the server's is touched.

use crate::{audit::Error, dba::catalog};

/// Roles that the fault files make: they are called `fault_…` there.
const ROLES: &[&str] = &["owner", "user", "reporter", "batch", "admin", "backup", "guest"];

/// A database and a prefix.
pub struct Ground {
    admin_url: String,
    url: String,
    name: String,
    password: String,
}

impl Ground {
    /// Makes the database.
    ///
    /// # Errors
    /// When the login may not, or the system gives no random bytes.
    pub async fn make(admin_url: &str) -> Result<Ground, Error> {
        let mut bytes = [0; 24];
        getrandom::fill(&mut bytes).map_err(|_| Error::NoRandom)?;
        // Not `shikiri_…`: roles of that name are part of the wall's digest, on every database of the server.
        let name = format!("audit_ground_{}", hex::encode(&bytes[..6]));
        catalog::create_database(admin_url, &name, None).await?;
        let url = catalog::url_of(admin_url, None, &name)?;
        let password = hex::encode(&bytes[6..]);
        Ok(Ground { admin_url: admin_url.to_owned(), url, name, password })
    }

    /// The administrator's way to it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A role's name here.
    pub fn role(&self, name: &str) -> String {
        format!("{}_{name}", self.name)
    }

    /// A file with the roles renamed.
    pub fn renamed(&self, sql: &str) -> String {
        sql.replace("fault_", &format!("{}_", self.name))
    }

    /// Gives a role a password, and says how it logs in.
    ///
    /// # Errors
    /// When the role is not there.
    pub async fn login(&self, name: &str) -> Result<String, Error> {
        let role = self.role(name);
        catalog::set_password(&self.url, &role, &self.password).await?;
        Ok(catalog::url_of(&self.url, Some((&role, &self.password)), &self.name)?)
    }

    /// Logins of the server that are none of this database's business.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn others(&self) -> Result<Vec<String>, Error> {
        let all = catalog::logins(&self.url).await?;
        Ok(all.into_iter().filter(|it| !it.starts_with(&self.name)).collect())
    }

    /// Drops the database and the roles.
    ///
    /// # Errors
    /// When one cannot be dropped.
    pub async fn clear(self) -> Result<(), Error> {
        catalog::drop_database(&self.admin_url, &self.name).await?;
        for name in ROLES {
            catalog::drop_role(&self.admin_url, &self.role(name)).await?;
        }
        Ok(())
    }
}
