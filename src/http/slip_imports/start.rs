//! `POST /v1/slip-imports`: register the slips of a file, all or none, or only look at it.

use std::sync::Arc;

use http::{StatusCode, header};
use sha2::{Digest, Sha256};
use time::Date;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer, set},
        call::Call,
        idempotency::{Key, replayed},
        params::Params,
        places::Place,
        problem::{BAD_PARAMETER, Fault, IMPORT_HAS_ERRORS, INTERNAL, Problem},
        slip_imports::{
            SlipImport,
            keep::{self, Kept},
        },
    },
    intake::{
        Code, Encoding, Faults, detect,
        registration::{self, Reading, Unprintable},
    },
};

/// What to do with a file that is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    DryRun,
    Commit,
}

impl Mode {
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::DryRun => "dry_run",
            Mode::Commit => "commit",
        }
    }

    fn read(params: &Params) -> Result<Mode, Problem> {
        match params.get("mode") {
            Some("dry_run") => Ok(Mode::DryRun),
            Some("commit") => Ok(Mode::Commit),
            _ => Err(bad("mode", "must be dry_run or commit")),
        }
    }
}

/// A file that was read.
pub(super) struct File {
    pub mode: Mode,
    pub encoding: Encoding,
    pub detected: bool,
    pub sha256: [u8; 32],
    pub bytes: usize,
    pub reading: Reading,
}

#[utoipa::path(post, path = "/v1/slip-imports",
    request_body(content = String, content_type = "text/csv",
        description = "The file itself, or multipart/form-data with one part `file`."),
    responses((status = 201, body = SlipImport)))]
pub(in crate::http) async fn start(mut call: Call, session: VerifiedSession) -> Answer {
    let mode = Mode::read(&call.params)?;
    let said = encoding(&call.params)?;
    Key::needed(&call)?;
    let place = Arc::new(call.app.places.take(session.tenant_id())?);
    let bytes = call.file().await?;
    let today = call.app.today();
    let exporter = call.app.exporter.clone();
    let unprintable: Unprintable = Arc::new(move |it| exporter.first_unprintable(it));
    let file = look(bytes, mode, said, (today, unprintable), place.clone()).await?;
    let what = format!("{} {} {}", mode.as_str(), file.encoding.as_str(), hex::encode(file.sha256));
    let key = Key::of(&call, what.as_bytes())?;
    let kept = keep::keep(&call, &session, &key, file).await?;
    drop(place);
    shown(&call, kept)
}

/// Reads a file off the request's thread: 20 MiB take a while. Its place is held to the end of that, also when the
/// caller has left.
async fn look(
    bytes: Vec<u8>,
    mode: Mode,
    said: Option<Encoding>,
    (today, unprintable): (Date, Unprintable),
    place: Arc<Place>,
) -> Result<File, Problem> {
    let work = move || {
        let sha256 = Sha256::digest(&bytes).into();
        let found = said.or_else(|| detect(&bytes));
        let encoding = found.unwrap_or(Encoding::Utf8);
        let reading = match found {
            Some(encoding) => registration::read(&bytes, encoding, today, unprintable)?,
            None => unreadable(),
        };
        let (detected, bytes) = (said.is_none(), bytes.len());
        drop(place);
        Ok(File { mode, encoding, detected, sha256, bytes, reading })
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|err| Problem::new(&INTERNAL).because(err))?
}

/// What neither encoding can read.
fn unreadable() -> Reading {
    let mut faults = Faults::default();
    faults.error(1, Code::Encoding);
    Reading { slips: Vec::new(), lines: Vec::new(), rows: 0, faults }
}

fn shown(call: &Call, kept: Kept) -> Answer {
    let Kept { line, faults, before } = kept;
    let (id, refused) =
        (line.import_id, line.mode == Mode::Commit.as_str() && line.outcome == "invalid");
    let import = SlipImport::new(line, faults, call.entry.language);
    let href = format!("/v1/slip-imports/{id}");
    if refused {
        let value = serde_json::to_value(&import);
        let value = value.map_err(|err| Problem::new(&INTERNAL).because(err))?;
        return Err(Problem::new(&IMPORT_HAS_ERRORS).with("import", value));
    }
    let mut response = answer::json(StatusCode::CREATED, &import)?;
    set(&mut response, header::LOCATION, &href);
    Ok(if before { replayed(response) } else { response })
}

fn encoding(params: &Params) -> Result<Option<Encoding>, Problem> {
    match params.get("encoding") {
        None | Some("auto") => Ok(None),
        Some("utf-8") => Ok(Some(Encoding::Utf8)),
        Some("cp932") => Ok(Some(Encoding::Cp932)),
        Some(_) => Err(bad("encoding", "must be auto, utf-8 or cp932")),
    }
}

fn bad(name: &'static str, rule: &'static str) -> Problem {
    Problem::new(&BAD_PARAMETER).at([Fault::name(name, rule)])
}
