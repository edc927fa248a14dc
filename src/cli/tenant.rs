//! `shikiri tenant`: billers.

use crate::{
    cli::{Failure, admin},
    config::Env,
    domain::{Issuer, IssuerCode, OnConflict, PrintedLine, TenantCode, TenantName},
    report::FontChain,
    statements::operator::{AddTenant, ListTenants, SetIssuer, SuspendTenant},
};

/// What to do with billers.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Add a biller.
    Add {
        /// 収納企業コード, five digits.
        code: String,
        /// The biller's name.
        name: String,
        /// Receipts of this biller need no revenue stamp (公金, or no business receipt).
        #[arg(long)]
        stamp_exempt: bool,
        /// What a second login may choose: ask, take_over, refuse, parallel.
        #[arg(long, value_delimiter = ',', default_value = "ask,take_over,refuse")]
        on_conflict: Vec<String>,
    },
    /// Set what a biller's slips say of their issuer, all of it at once. Without it no slip is printed.
    Set {
        /// 収納企業コード.
        code: String,
        /// 請求書発行企業コード, the collector's: six digits that begin with 9 or 5.
        #[arg(long)]
        issuer_code: String,
        /// 受取人, at most 40 characters.
        #[arg(long)]
        payee: String,
        /// 収納代行会社, at most 40 characters.
        #[arg(long)]
        collector: String,
        /// 商品代金: what the money is for.
        #[arg(long)]
        purpose: Option<String>,
        /// 備考 on the store's panel.
        #[arg(long)]
        remarks: Option<String>,
    },
    /// Suspend a biller: no session and no export from the next statement on.
    Suspend {
        /// 収納企業コード.
        code: String,
    },
    /// Let a suspended biller in again.
    Resume {
        /// 収納企業コード.
        code: String,
    },
    /// List billers.
    List,
}

pub(super) async fn run(command: Command, env: &Env) -> Result<(), Failure> {
    match command {
        Command::Add { code, name, stamp_exempt, on_conflict } => {
            let code = TenantCode::new(&code)?;
            let name = TenantName::new(&name)?;
            for mode in &on_conflict {
                OnConflict::parse(mode)?;
            }
            let call = AddTenant {
                tenant_code: code.as_str().to_owned(),
                tenant_name: name.as_str().to_owned(),
                stamp_policy: if stamp_exempt { "exempt" } else { "taxable" }.to_owned(),
                on_conflict_allowed: on_conflict,
            };
            match admin::operator(env).await?.call_one(&call).await? {
                Some(_) => println!("added {}; next: `shikiri user add {0} ...`", code.as_str()),
                None => {
                    return Err(
                        format!("{} is taken; see `shikiri tenant list`", code.as_str()).into()
                    );
                }
            }
        }
        Command::Set { code, issuer_code, payee, collector, purpose, remarks } => {
            let line = |field, text: &Option<String>| {
                text.as_deref().map(|it| PrintedLine::new(field, it)).transpose()
            };
            let issuer = Issuer {
                issuer_code: IssuerCode::new(&issuer_code)?,
                payee_name: PrintedLine::new("payee", &payee)?,
                collector_name: PrintedLine::new("collector", &collector)?,
                slip_purpose: line("purpose", &purpose)?,
                slip_remarks: line("remarks", &remarks)?,
            };
            printable(env, &issuer)?;
            set(env, &code, &issuer).await?;
        }
        Command::Suspend { code } => suspend(env, &code, true).await?,
        Command::Resume { code } => suspend(env, &code, false).await?,
        Command::List => {
            for it in admin::operator(env).await?.call(&ListTenants {}).await? {
                let state = if it.suspended_at.is_some() { "suspended" } else { "active" };
                let modes = it.on_conflict_allowed.join(",");
                println!("{}  {state:<9}  {modes:<34}  {}", it.tenant_code, it.tenant_name);
            }
        }
    }
    Ok(())
}

/// Refuses a text that exports of this installation could not print: every slip of the biller would end there.
fn printable(env: &Env, issuer: &Issuer) -> Result<(), Failure> {
    let fonts = FontChain::load(&env.fonts())?;
    for (option, line) in [
        ("--payee", Some(&issuer.payee_name)),
        ("--collector", Some(&issuer.collector_name)),
        ("--purpose", issuer.slip_purpose.as_ref()),
        ("--remarks", issuer.slip_remarks.as_ref()),
    ] {
        if let Some(place) = line.and_then(|it| fonts.first_lacking(it.as_str())) {
            return Err(format!(
                "{option}: no font of SHIKIRI_FONTS has character {place}; no slip could be printed with it"
            )
            .into());
        }
    }
    Ok(())
}

async fn set(env: &Env, code: &str, issuer: &Issuer) -> Result<(), Failure> {
    let call = SetIssuer::new(&TenantCode::new(code)?, issuer);
    if !admin::operator(env).await?.call_one(&call).await? {
        return Err(format!("there is no biller {code}; see `shikiri tenant list`").into());
    }
    println!("{code} issues slips as {}", issuer.issuer_code.as_str());
    Ok(())
}

async fn suspend(env: &Env, code: &str, suspend: bool) -> Result<(), Failure> {
    let call = SuspendTenant { tenant_code: TenantCode::new(code)?.as_str().to_owned(), suspend };
    if !admin::operator(env).await?.call_one(&call).await? {
        return Err(format!("there is no biller {code}; see `shikiri tenant list`").into());
    }
    println!("{code} {}", if suspend { "is suspended" } else { "is let in again" });
    Ok(())
}
