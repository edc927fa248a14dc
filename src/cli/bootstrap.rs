//! `shikiri bootstrap`: roles and schemas.

use crate::{
    cli::Failure,
    config::Env,
    dba::catalog::{self, Login, LoginPassword},
};

/// Arguments.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Print the SQL and change nothing.
    #[arg(long)]
    plan: bool,
    /// Also close the side doors of Postgres that know no tenants. Needs a superuser; see
    /// sql/hardening/superuser.sql.
    #[arg(long)]
    harden: bool,
}

pub(super) async fn run(args: Args, env: &Env) -> Result<(), Failure> {
    if args.plan {
        print!("{}", catalog::bootstrap_plan());
        if args.harden {
            print!("{}", catalog::hardening_plan());
        }
        return Ok(());
    }
    let passwords: Vec<LoginPassword> = Login::ALL
        .into_iter()
        .filter_map(|login| {
            let name = login.role().trim_start_matches("shikiri_").to_uppercase();
            let password = env.get(&format!("SHIKIRI_ROLE_PASSWORD_{name}"))?;
            Some(LoginPassword { login, password: password.to_owned() })
        })
        .collect();
    let url = env.need("SHIKIRI_DATABASE_URL_ADMIN")?;
    catalog::bootstrap(url, &passwords).await?;
    if args.harden {
        catalog::harden(url).await?;
        println!("side doors are closed (sql/hardening/superuser.sql)");
    }
    println!("roles and schemas are in place; {} passwords set", passwords.len());
    println!("next: `shikiri migrate` with the migrator's login");
    Ok(())
}
