//! `POST /v1/payment-imports`: take a settlement file in, all of it or nothing.

use std::sync::Arc;

use http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        answer::{self, Answer, moment, set},
        call::Call,
        faults,
        idempotency::{Key, replayed},
        problem::{
            BAD_PARAMETER, FOREIGN_PAYMENTS, Fault, INTERNAL, Problem, SETTLEMENT_HAS_ERRORS,
        },
        upload::Taken,
    },
    intake::{
        Intake, Refusal,
        settlement::{Foreign, Layout, Owner, Reading, Settlement, event_key},
    },
    statements::payments::{
        AskOwner, GetPaymentImport, NoteForeignPayments, NotePayments, PaymentFile,
        PaymentImportLine, RecordPayments,
    },
    wall::SealedTx,
};

/// The parameters of an import.
pub(in crate::http) const PARAMS: &[&str] = &["layout"];

/// A settlement file that was taken in.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct PaymentImport {
    id: Uuid,
    /// mufg_120, mizuho_120 or dsk_13.
    layout: String,
    /// Events in the file.
    events: i32,
    /// Those that no file had told before.
    new: i32,
    /// Of the file, in hexadecimal digits. The file itself is not kept.
    sha256: String,
    bytes: i32,
    by: Uuid,
    at: String,
}

impl From<PaymentImportLine> for PaymentImport {
    fn from(it: PaymentImportLine) -> PaymentImport {
        PaymentImport {
            id: it.import_id,
            layout: it.layout,
            events: it.event_count,
            new: it.new_count,
            sha256: hex::encode(it.file_sha256),
            bytes: it.file_bytes,
            by: it.imported_by,
            at: moment(it.imported_at),
        }
    }
}

/// A file that was read.
struct File {
    file: PaymentFile,
    reading: Reading,
    keys: Vec<[u8; 32]>,
}

/// A settlement file whose events are named when it has ended, off the request's thread too.
struct Keyed(Settlement);

impl Intake for Keyed {
    type Reading = (Reading, Vec<[u8; 32]>);

    fn take(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        self.0.take(piece)
    }

    fn finish(self) -> Result<Self::Reading, Refusal> {
        let reading = self.0.finish()?;
        let keys = reading.events.iter().map(event_key).collect();
        Ok((reading, keys))
    }
}

#[utoipa::path(post, path = "/v1/payment-imports",
    request_body(content = String, content_type = "application/octet-stream",
        description = "The file itself, or multipart/form-data with one part `file`."),
    responses((status = 201, body = PaymentImport)))]
pub(in crate::http) async fn import(mut call: Call, session: VerifiedSession) -> Answer {
    let layout = layout(&call)?;
    Key::needed(&call)?;
    let place = Arc::new(call.app.places.take(session.tenant_id())?);
    let owner = owner(&call, &session).await?;
    let file = Keyed(Settlement::new(layout, owner));
    let Taken { sha256, bytes, reading: (reading, keys) } =
        call.take_in(file, place.clone()).await?;
    let file = PaymentFile { import_id: Uuid::new_v4(), layout: layout.as_str(), sha256, bytes };
    let read = File { file, reading, keys };
    if let Some(foreign) = read.reading.foreign {
        return Err(alarm(&call, &session, &read.file, foreign).await?);
    }
    if read.reading.faults.errors() != 0 {
        let faults = &read.reading.faults;
        let shown = faults::member(faults.kept(), call.entry.language);
        let problem = Problem::new(&SETTLEMENT_HAS_ERRORS).with("faults", shown);
        return Err(problem.with("errors_total", faults.errors()));
    }
    let what = format!("{} {}", layout.as_str(), hex::encode(read.file.sha256));
    let key = Key::of(&call, what.as_bytes())?;
    let mut tx = call.app.pool.enter(&session).await?;
    if let Some(ids) = key.find(&mut tx, &session).await? {
        let lost = || Problem::new(&INTERNAL).because("a key remembers no import");
        let id = ids.first().and_then(|it| Uuid::parse_str(it).ok()).ok_or_else(lost)?;
        let line = tx.fetch_one(&GetPaymentImport { import_id: id }).await?;
        tx.commit().await?;
        return Ok(replayed(made(line)?));
    }
    key.put(&mut tx, &session, vec![read.file.import_id.to_string()]).await?;
    let line = record(&mut tx, &read).await?;
    tx.commit().await?;
    drop(place);
    made(line)
}

async fn record(tx: &mut SealedTx, read: &File) -> Result<PaymentImportLine, Problem> {
    let File { file, reading, keys } = read;
    let new = tx.fetch_one(&RecordPayments::new(file, &reading.events, keys)).await?;
    let note = NotePayments {
        import_id: file.import_id,
        layout: file.layout.to_owned(),
        events: count(reading.events.len()),
        new,
        file_sha256: file.sha256.to_vec(),
    };
    tx.fetch_one(&note).await?;
    Ok(tx.fetch_one(&GetPaymentImport { import_id: file.import_id }).await?)
}

/// Whose file it must be.
async fn owner(call: &Call, session: &VerifiedSession) -> Result<Owner, Problem> {
    let lost = || Problem::new(&INTERNAL).because("the biller has no code");
    let owner = call.app.pool.read(session, &AskOwner {}).await?.pop();
    let (tenant_code, issuer_code) = owner.ok_or_else(lost)?;
    Ok(Owner { tenant_code, issuer_code })
}

/// A settlement file of another biller is itself a leak: it goes to the chain and to the log, and nothing of it is
/// kept or told but where it stands.
async fn alarm(
    call: &Call,
    session: &VerifiedSession,
    file: &PaymentFile,
    foreign: Foreign,
) -> Result<Problem, Problem> {
    let note = NoteForeignPayments {
        layout: file.layout.to_owned(),
        line: i32::try_from(foreign.line).unwrap_or(i32::MAX),
        foreign_lines: count(foreign.lines),
        file_sha256: file.sha256.to_vec(),
    };
    let request_id = call.entry.request_id;
    tracing::error!(%request_id, layout = file.layout, "a settlement file with lines of another biller was refused");
    // Its own transaction, committed: the refusal must not undo its own trace.
    call.app.pool.write(session, &note).await?;
    Ok(Problem::new(&FOREIGN_PAYMENTS).with("line", foreign.line).with("lines", foreign.lines))
}

fn made(line: PaymentImportLine) -> Answer {
    let id = line.import_id;
    let mut response = answer::json(StatusCode::CREATED, &PaymentImport::from(line))?;
    set(&mut response, header::LOCATION, &format!("/v1/payment-imports/{id}"));
    Ok(response)
}

fn layout(call: &Call) -> Result<Layout, Problem> {
    call.params.get("layout").and_then(Layout::parse).ok_or_else(|| {
        let fault = Fault::name("layout", "must be mufg_120, mizuho_120 or dsk_13");
        Problem::new(&BAD_PARAMETER).at([fault])
    })
}

/// A number that the limits keep far below this.
fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
