//! From a file that was read to rows: one transaction for the slips, the import and its line in the chain.

use uuid::Uuid;

use crate::{
    auth::VerifiedSession,
    http::{
        call::Call,
        faults::SHOWN_MAX,
        idempotency::Key,
        problem::{INTERNAL, Problem},
        slip_imports::start::{File, Mode},
    },
    statements::{
        slip_imports::{
            FaultLine, GetImport, ImportLine, ListFaults, NoteImport, RecordImport, RegisterFile,
        },
        slips::TakenSlips,
    },
    wall::{self, Call as _, SealedTx},
};

/// An import as it is kept.
pub(super) struct Kept {
    pub line: ImportLine,
    pub faults: Vec<FaultLine>,
    /// Whether an earlier request with the same key had made it.
    pub before: bool,
}

/// Registers the slips of a good file, if that was asked for, and keeps what came of it.
///
/// # Errors
/// When the key was used for something else, or the database cannot be asked. Nothing is kept then.
pub(super) async fn keep(
    call: &Call,
    session: &VerifiedSession,
    key: &Key,
    mut file: File,
) -> Result<Kept, Problem> {
    let import_id = Uuid::new_v4();
    let mut tx = call.app.pool.enter(session).await?;
    if let Some(kept) = before(&mut tx, session, key).await? {
        tx.commit().await?;
        return Ok(kept);
    }
    key.put(&mut tx, session, vec![import_id.to_string()]).await?;
    let good = file.reading.faults.errors() == 0;
    if good && file.mode == Mode::Commit {
        match tx.fetch_one(&RegisterFile::new(&file.reading.slips)).await {
            Ok(_) => return record(tx, import_id, &file, "registered").await,
            // Some slips are there already. Which, the next transaction finds out: this one is over.
            Err(wall::Error::Taken { .. }) => {
                drop(tx);
                tx = call.app.pool.enter(session).await?;
                if let Some(kept) = before(&mut tx, session, key).await? {
                    tx.commit().await?;
                    return Ok(kept);
                }
                key.put(&mut tx, session, vec![import_id.to_string()]).await?;
            }
            Err(err) => return Err(err.into()),
        }
    }
    let taken = TakenSlips::new(file.reading.slips.iter().map(|it| &it.id));
    let taken = tx.fetch(&taken).await?;
    file.reading.note_existing(&taken);
    let outcome = match file.reading.faults.errors() {
        0 if file.mode == Mode::DryRun => "valid",
        0 => return Err(Problem::new(&INTERNAL).because("a key was taken, and no slip is there")),
        _ => "invalid",
    };
    record(tx, import_id, &file, outcome).await
}

/// What an earlier request with this key made.
async fn before(
    tx: &mut SealedTx,
    session: &VerifiedSession,
    key: &Key,
) -> Result<Option<Kept>, Problem> {
    let Some(ids) = key.find(tx, session).await? else { return Ok(None) };
    let lost = || Problem::new(&INTERNAL).because("a key remembers no import");
    let id = ids.first().and_then(|it| Uuid::parse_str(it).ok()).ok_or_else(lost)?;
    get(tx, id, true).await.map(Some)
}

async fn get(tx: &mut SealedTx, import_id: Uuid, before: bool) -> Result<Kept, Problem> {
    let line = tx.fetch_one(&GetImport { import_id }).await?;
    let rows = (SHOWN_MAX as i64).min(ListFaults::ROWS_MAX as i64);
    let faults = tx.fetch(&ListFaults { import_id, rows }).await?;
    Ok(Kept { line, faults, before })
}

/// Keeps the import, writes to the chain what was registered, and commits.
async fn record(
    mut tx: SealedTx,
    import_id: Uuid,
    file: &File,
    outcome: &str,
) -> Result<Kept, Problem> {
    tx.fetch_one(&line(import_id, file, outcome)).await?;
    if outcome == "registered" {
        let names = file.reading.slips.iter().map(|it| &it.id);
        let name =
            |it: Option<&crate::domain::SlipId>| it.map(ToString::to_string).unwrap_or_default();
        let note = NoteImport {
            import_id,
            rows: count(file.reading.slips.len()),
            first: name(names.clone().min()),
            last: name(names.max()),
            file_sha256: file.sha256.to_vec(),
        };
        tx.fetch_one(&note).await?;
    }
    let kept = get(&mut tx, import_id, false).await?;
    tx.commit().await?;
    Ok(kept)
}

fn line(import_id: Uuid, file: &File, outcome: &str) -> RecordImport {
    let faults = file.reading.faults.kept();
    RecordImport {
        import_id,
        mode: file.mode.as_str().to_owned(),
        outcome: outcome.to_owned(),
        encoding: file.encoding.as_str().to_owned(),
        encoding_detected: file.detected,
        file_sha256: file.sha256.to_vec(),
        file_bytes: count(file.bytes),
        row_count: count(file.reading.rows),
        error_count: count(file.reading.faults.errors()),
        notice_count: count(file.reading.faults.notices()),
        severities: faults.iter().map(|it| it.severity.as_str().to_owned()).collect(),
        lines: faults.iter().map(|it| i32::try_from(it.line).unwrap_or(i32::MAX)).collect(),
        columns: faults.iter().map(|it| it.column.map(count)).collect(),
        fields: faults.iter().map(|it| it.field.map(str::to_owned)).collect(),
        codes: faults.iter().map(|it| it.code.as_str().to_owned()).collect(),
        masks: faults.iter().map(|it| it.masked.clone()).collect(),
    }
}

/// A number that the limits keep far below this.
fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
