//! `POST /v1/slip-imports`: register the slips of a file, all or none, or only look at it.

use std::sync::Arc;

use http::{StatusCode, header};

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer, set},
        call::Call,
        idempotency::{Key, replayed},
        params::Params,
        problem::{BAD_PARAMETER, Fault, IMPORT_HAS_ERRORS, INTERNAL, Problem},
        slip_imports::{
            SlipImport,
            keep::{self, Kept},
        },
        upload::Taken,
    },
    intake::{
        Encoding,
        registration::{Reading, Registration, Told, Unprintable},
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
    let exporter = call.app.exporter.clone();
    let unprintable: Unprintable = Arc::new(move |it| exporter.first_unprintable(it));
    let registration = Registration::new(said, call.app.today(), unprintable);
    let Taken { sha256, bytes, reading } = call.take_in(registration, place.clone()).await?;
    let Told { encoding, detected, reading } = reading;
    let file = File { mode, encoding, detected, sha256, bytes, reading };
    let what = format!("{} {} {}", mode.as_str(), file.encoding.as_str(), hex::encode(file.sha256));
    let key = Key::of(&call, what.as_bytes())?;
    let kept = keep::keep(&call, &session, &key, file).await?;
    drop(place);
    shown(&call, kept)
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
