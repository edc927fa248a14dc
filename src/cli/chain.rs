//! `shikiri verify chain`: an audit chain computed again: over REST, from a file, or by the database.

use std::path::PathBuf;

use serde_json::Value;

use crate::{
    cli::{Failure, admin, export},
    config::Env,
    domain::TenantCode,
    export::chain::Check,
    http::client::chain_event,
    statements::operator::VerifyChain,
};

/// Where the chain is. Without any of these: the biller's own, over REST, as a tenant-admin.
#[derive(clap::Args)]
pub(super) struct Args {
    /// A file of events, one JSON object a line, as GET /v1/audit/events gives them. No network is used.
    #[arg(long, conflicts_with = "tenant")]
    file: Option<PathBuf>,
    /// A biller's code; the database computes, with the operator's login, and compares the head.
    #[arg(long)]
    tenant: Option<String>,
    /// Write the events that come over REST to this file as well, one a line.
    #[arg(long, conflicts_with_all = ["file", "tenant"])]
    save: Option<PathBuf>,
}

pub(super) async fn run(args: Args, env: &Env) -> Result<(), Failure> {
    if let Some(code) = &args.tenant {
        return by_database(code, env).await;
    }
    let lines = match &args.file {
        Some(file) => std::fs::read_to_string(file)?.lines().map(str::to_owned).collect(),
        None => over_rest(env).await?,
    };
    if let Some(save) = &args.save {
        std::fs::write(save, lines.join("\n") + "\n")?;
    }
    let mut check = Check::default();
    for (number, line) in (1..).zip(&lines) {
        let event = serde_json::from_str(line).ok().and_then(|it: Value| chain_event(&it));
        let event = event.ok_or(format!("line {number} is no event"))?;
        check.push(&event).map_err(|seq| format!("BROKEN at event {seq}"))?;
    }
    let crate::export::chain::Chain::Whole { events, head } = check.finish() else {
        return Err("BROKEN".into());
    };
    println!("whole: {events} events, head {}", hex::encode(head));
    println!("That nothing was cut off at the end, only a head that was kept elsewhere shows.");
    Ok(())
}

async fn by_database(code: &str, env: &Env) -> Result<(), Failure> {
    let code = TenantCode::new(code)?.as_str().to_owned();
    let verify = VerifyChain { tenant_code: code.clone() };
    let found = admin::operator(env).await?.call_one(&verify).await?;
    match (found.outcome.as_str(), found.bad_seq) {
        ("whole", _) => {
            println!(
                "whole: {} events, head {}",
                found.events,
                found.head_hash.unwrap_or_default()
            );
            Ok(())
        }
        ("no_tenant", _) => {
            Err(format!("there is no biller {code}; see `shikiri tenant list`").into())
        }
        (outcome, seq) => {
            Err(format!("{} at event {}", outcome.to_uppercase(), seq.unwrap_or(0)).into())
        }
    }
}

async fn over_rest(env: &Env) -> Result<Vec<String>, Failure> {
    let client = export::client(env)?;
    let (mut lines, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/audit/events?limit=200{cursor}");
        let body = client.send("GET", &path, None).await?;
        let data = body["data"].as_array().ok_or("an answer without events")?;
        lines.extend(data.iter().map(Value::to_string));
        match body["page"]["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(lines),
        }
    }
}
