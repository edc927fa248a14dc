//! `shikiri user`: a biller's people. A password is made here, shown once, and never taken from argv.

use crate::{
    auth,
    cli::{Failure, admin},
    config::Env,
    domain::{DisplayName, Login, Role, TenantCode},
    statements::operator::{AddUser, DisableUser, ResetUser},
};

/// What to do with users.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Add a user and show a password once.
    Add {
        /// 収納企業コード.
        code: String,
        /// What the user logs in with: a-z 0-9 . _ - @
        login: String,
        /// How the user is shown, also on printed lists.
        display_name: String,
        /// The user may add users and end sessions.
        #[arg(long)]
        admin: bool,
    },
    /// Disable a user and end their sessions.
    Disable {
        /// 収納企業コード.
        code: String,
        /// The user's login.
        login: String,
    },
    /// Give a user a new password, shown once, and end their sessions.
    Reset {
        /// 収納企業コード.
        code: String,
        /// The user's login.
        login: String,
    },
}

pub(super) async fn run(command: Command, env: &Env) -> Result<(), Failure> {
    match command {
        Command::Add { code, login, display_name, admin } => {
            let (password, salt, verifier) = admin::random_password()?;
            let role = if admin { Role::TenantAdmin } else { Role::Clerk };
            let call = AddUser {
                tenant_code: TenantCode::new(&code)?.as_str().to_owned(),
                login: Login::new(&login)?.as_str().to_owned(),
                display_name: DisplayName::new(&display_name)?.as_str().to_owned(),
                role: role.as_str().to_owned(),
                salt: salt.0,
                kdf: auth::KDF.to_owned(),
                verifier: verifier.0,
            };
            match admin::operator(env).await?.call_one(&call).await?.as_str() {
                "added" => {
                    println!("added {login} of {code} ({})\npassword: {password}", role.as_str())
                }
                "exists" => return Err(format!("{code} has a user {login} already").into()),
                _ => return Err(no_tenant(&code)),
            }
        }
        Command::Disable { code, login } => {
            let call = DisableUser {
                tenant_code: TenantCode::new(&code)?.as_str().to_owned(),
                login: Login::new(&login)?.as_str().to_owned(),
            };
            if admin::operator(env).await?.call_one(&call).await? != "disabled" {
                return Err(no_user(&code, &login));
            }
            println!("{login} of {code} is disabled; their sessions have ended");
        }
        Command::Reset { code, login } => {
            let (password, salt, verifier) = admin::random_password()?;
            let call = ResetUser {
                tenant_code: TenantCode::new(&code)?.as_str().to_owned(),
                login: Login::new(&login)?.as_str().to_owned(),
                salt: salt.0,
                kdf: auth::KDF.to_owned(),
                verifier: verifier.0,
            };
            if admin::operator(env).await?.call_one(&call).await? != "reset" {
                return Err(no_user(&code, &login));
            }
            println!(
                "{login} of {code} has a new password; their sessions have ended\npassword: {password}"
            );
        }
    }
    Ok(())
}

fn no_tenant(code: &str) -> Failure {
    format!("there is no biller {code}; see `shikiri tenant list`").into()
}

fn no_user(code: &str, login: &str) -> Failure {
    format!("{code} has no user {login}").into()
}
