//! `shikiri verify page-code`: which export and page a code is of; and, when a service or a database is asked, who was
//! sent that page.

use std::{path::Path, process::ExitCode};

use serde_json::{Value, json};

use crate::{
    cli::{Failure, admin, export, verify::NOT_VERIFIED},
    config::Env,
    domain::ExportId,
    export::Proof,
    http::client::ClientError,
    report::{PageCode, Recognised},
    statements::operator::{PageCopy, ResolvePage},
};

/// Whom to ask. Nobody: the code alone is read, with the keys below SHIKIRI_KEY_DIR.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The code, as printed.
    code: String,
    /// Ask the service (SHIKIRI_URL, and a token): it knows your own biller's pages.
    #[arg(long, conflicts_with = "operator")]
    service: bool,
    /// Ask the database with the operator's login, whosever page it is. Needs SHIKIRI_KEY_DIR too.
    #[arg(long)]
    operator: bool,
}

/// Resolves a code. Exit codes: 0 it is one of ours, 4 it is not; 1 when nobody could be asked.
pub(super) async fn run(args: Args, env: &Env) -> Result<ExitCode, Failure> {
    if args.service {
        return of_service(&args.code, env).await;
    }
    let keys = Proof::in_dir(Path::new(env.need("SHIKIRI_KEY_DIR")?)).page_codes.all()?;
    if keys.is_empty() {
        return Err("SHIKIRI_KEY_DIR has no keys of page codes".into());
    }
    match PageCode::recognise(&args.code, &keys) {
        Recognised::Ours { export_id, page } => {
            println!("export {}", export_id.0);
            println!("{}", page_word(page));
            if args.operator {
                return of_database(export_id, page, env).await;
            }
            Ok(ExitCode::SUCCESS)
        }
        Recognised::Forged => {
            println!("FORGED: it has the form of a code, and no key of ours made it");
            Ok(ExitCode::from(NOT_VERIFIED))
        }
        Recognised::NoCode => {
            println!("NO CODE: a character is missing, too many, or misread");
            Ok(ExitCode::from(NOT_VERIFIED))
        }
    }
}

fn page_word(page: u32) -> String {
    if page == 0 { "cover".to_owned() } else { format!("page {page}") }
}

async fn of_database(export_id: ExportId, page: u32, env: &Env) -> Result<ExitCode, Failure> {
    let resolve = ResolvePage { export_id: export_id.0, page: i32::try_from(page)? };
    let copies = admin::operator(env).await?.call(&resolve).await?;
    let Some(first) = copies.first() else {
        println!("UNKNOWN: a key of ours made it, and this database has no such export");
        return Ok(ExitCode::from(NOT_VERIFIED));
    };
    println!("biller {}", first.tenant_code);
    println!("report {}", first.report);
    println!("ordered {} by user {}", first.ordered_at, first.requested_by);
    if let Some(rows) = first.rows {
        println!("rows on it: {rows}");
    }
    for copy in &copies {
        println!("{}", copy_line(copy));
    }
    Ok(ExitCode::SUCCESS)
}

fn copy_line(it: &PageCopy) -> String {
    let name = match it.reprint_pages {
        Some((first, last)) => format!("reprint {} of pages {first}-{last}", it.export_id),
        None => "file".to_owned(),
    };
    let recalled = it.recalled_at.map(|at| format!(", called back {at}")).unwrap_or_default();
    let sent = sent_word(&it.sent);
    format!("{name}: {}{recalled}; {} fetches; {sent}", it.state, it.fetches)
}

fn sent_word(sent: &str) -> &'static str {
    match sent {
        "whole" => "this page was sent",
        "never" => "this page was never sent",
        _ => "a part of this page was sent, or may have been",
    }
}

async fn of_service(code: &str, env: &Env) -> Result<ExitCode, Failure> {
    let body = json!({"code": code});
    let told = match export::client(env)?.send("POST", "/v1/page-codes/resolve", Some(&body)).await
    {
        Ok(told) => told,
        Err(ClientError::Problem { status: 404, .. }) => {
            println!("UNKNOWN: no page of your biller");
            return Ok(ExitCode::from(NOT_VERIFIED));
        }
        Err(ClientError::Problem { status: 422, .. }) => {
            println!("NO CODE: a character is missing, too many, or misread");
            return Ok(ExitCode::from(NOT_VERIFIED));
        }
        Err(err) => return Err(err.into()),
    };
    print!("{}", in_words(&told));
    Ok(ExitCode::SUCCESS)
}

/// What the service said, line by line.
fn in_words(told: &Value) -> String {
    let text = |it: &Value| it.as_str().unwrap_or("-").to_owned();
    // An answer without a page must not read as one of the cover.
    let page = told["page"].as_u64().and_then(|it| u32::try_from(it).ok());
    let mut lines = vec![
        format!("export {}", text(&told["export_id"])),
        page.map_or_else(|| "page -".to_owned(), page_word),
        format!("report {}", text(&told["report"])),
        format!("ordered {} by user {}", text(&told["ordered_at"]), text(&told["requested_by"])),
    ];
    if let Some(rows) = told["rows"].as_i64() {
        let (first, last) = (text(&told["first"]), text(&told["last"]));
        lines.push(format!("rows on it: {rows}, {first} to {last}, {} yen", told["amount_yen"]));
    }
    lines.push(format!("state {}", text(&told["state"])));
    for file in told["files"].as_array().into_iter().flatten() {
        let name = match file["reprint_pages"].as_str() {
            Some(pages) => format!("reprint {} of pages {pages}", text(&file["id"])),
            None => "file".to_owned(),
        };
        let recalled = file["recalled_at"].as_str().map(|at| format!(", called back {at}"));
        let (state, recalled) = (text(&file["state"]), recalled.unwrap_or_default());
        lines.push(format!("{name}: {state}{recalled}; {}", sent_word(&text(&file["sent"]))));
        for fetch in file["fetched_by"].as_array().into_iter().flatten() {
            let who = match fetch["user_id"].as_str() {
                Some(user) => format!("user {user}"),
                None => format!("a link made by user {}", text(&fetch["link_made_by"])),
            };
            let range = text(&fetch["range"]);
            lines.push(format!("  {} {who}, bytes {range}", text(&fetch["at"])));
        }
    }
    lines.iter().map(|it| format!("{it}\n")).collect()
}
