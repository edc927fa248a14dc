//! `shikiri verify`: is what was handed over what it says it is. Certificates and page codes need neither a network
//! nor the service.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::{
    auth::PublishedKeys,
    cli::{Failure, chain},
    config::Env,
    export::{
        Proof,
        certificate::{self, Compared, Tongue},
    },
    report::{PageCode, Recognised},
};

/// What is verified did not hold.
const NOT_VERIFIED: u8 = 4;

/// Arguments of `shikiri verify`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Args {
    /// The certificate: a JWS in compact form.
    #[arg(required = true)]
    certificate: Option<PathBuf>,
    /// The file that was fetched.
    #[arg(long, value_name = "FILE")]
    artefact: Option<PathBuf>,
    /// Your own rows, as CSV (see docs/api.md): exactly those the file should hold.
    #[arg(long, value_name = "CSV")]
    rows: Option<PathBuf>,
    /// The export's manifest (GET /v1/exports/{id}/manifest): with it and --rows, which rows differ.
    #[arg(long, value_name = "JSON")]
    manifest: Option<PathBuf>,
    /// The published keys (/.well-known/jwks.json). Left out: those below SHIKIRI_KEY_DIR.
    #[arg(long, value_name = "JWKS")]
    keys: Option<PathBuf>,
    /// The language of the answer: en or ja.
    #[arg(long, default_value = "en", value_parser = ["en", "ja"])]
    lang: String,
    #[command(subcommand)]
    what: Option<What>,
}

/// What else can be verified.
#[derive(clap::Subcommand)]
pub(super) enum What {
    /// Tell from the code at the foot of a page which export and page it is, or that it is forged.
    PageCode {
        /// The code, as printed.
        code: String,
    },
    /// Compute an audit chain again, event by event.
    Chain(chain::Args),
}

/// Verifies. Exit codes: 0 it holds, 4 it does not; 1 when it could not even be looked at.
pub(super) async fn run(args: Args, env: &Env) -> Result<ExitCode, Failure> {
    match args.what {
        Some(What::PageCode { code }) => return page_code(&code, env),
        Some(What::Chain(args)) => return chain::run(args, env).await.map(|()| ExitCode::SUCCESS),
        None => {}
    }
    let path = args.certificate.ok_or("no certificate was given")?;
    let text = read_text(&path)?;
    let keys = match &args.keys {
        Some(path) => PublishedKeys::parse(&read_text(path)?)
            .map_err(|err| format!("{}: no JWK set of ours: {err}", path.display()))?,
        None => {
            let dir = env.get("SHIKIRI_KEY_DIR").ok_or(
                "whose keys? Give --keys with a copy of the service's /.well-known/jwks.json",
            )?;
            Proof::in_dir(Path::new(dir)).certificates.published()?
        }
    };
    let artefact = match &args.artefact {
        Some(path) => Some(File::open(path).and_then(certificate::digest_of).map_err(named(path))?),
        None => None,
    };
    let read = |path: &Option<PathBuf>| {
        path.as_deref().map(|path| fs::read(path).map_err(named(path))).transpose()
    };
    let (rows, manifest) = (read(&args.rows)?, read(&args.manifest)?);
    let with = Compared { artefact, rows: rows.as_deref(), manifest: manifest.as_deref() };
    let outcome = certificate::verify(text.trim_end_matches(['\r', '\n']), &keys, &with);
    let tongue = if args.lang == "ja" { Tongue::Ja } else { Tongue::En };
    print!("{}", outcome.in_words(tongue));
    Ok(if outcome.holds() { ExitCode::SUCCESS } else { ExitCode::from(NOT_VERIFIED) })
}

fn page_code(code: &str, env: &Env) -> Result<ExitCode, Failure> {
    let keys = Proof::in_dir(Path::new(env.need("SHIKIRI_KEY_DIR")?)).page_codes.all()?;
    if keys.is_empty() {
        return Err("SHIKIRI_KEY_DIR has no keys of page codes".into());
    }
    match PageCode::recognise(code, &keys) {
        Recognised::Ours { export_id, page } => {
            println!("export {}", export_id.0);
            match page {
                0 => println!("cover"),
                page => println!("page {page}"),
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

fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(named(path))
}

fn named(path: &Path) -> impl FnOnce(std::io::Error) -> Failure + '_ {
    move |err| format!("{}: {err}", path.display()).into()
}
