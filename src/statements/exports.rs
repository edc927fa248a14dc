//! Statements on exports. Their texts are in `sql/queries/exports` and `sql/checks`.

mod issued;

pub use issued::{CheckPaymentSlip, IssuedBlock, OwnedIssued};

use serde_json::{Map, Value};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::slips::decode_slip;
use crate::{
    domain::{
        DisplayName, ExportId, ExportState, ReportKind, Scope, Slip, SlipFilter, SlipId,
        TenantCode, TenantId, TenantName, UserId, Wish,
    },
    statement,
    wall::{CheckTicket, ExportTicket, Row, Snapshot, Undecodable, door},
};

/// The stored form of a scope: `{"all": true}`, or its conditions by name.
pub fn scope_to_json(scope: &Scope) -> Value {
    let pairs = match scope {
        Scope::All => {
            return Value::Object(Map::from_iter([("all".to_owned(), Value::Bool(true))]));
        }
        Scope::Filtered(filter) => filter.pairs(),
    };
    Value::Object(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect())
}

fn scope_of_json(value: &Value) -> Result<Scope, Undecodable> {
    let object = value.as_object().ok_or(Undecodable)?;
    if object.get("all") == Some(&Value::Bool(true)) && object.len() == 1 {
        return Ok(Scope::All);
    }
    let mut filter = SlipFilter::open();
    for (name, value) in object {
        filter = filter.with(name, value.as_str().ok_or(Undecodable)?)?;
    }
    Ok(Scope::filtered(filter)?)
}

/// The stored form of a report's options: each a text, by its name.
pub fn options_to_json(wish: Wish) -> Value {
    wish.pairs().into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

fn wish(row: &Row) -> Result<Wish, Undecodable> {
    let kind = ReportKind::parse(row.try_get("report")?)?;
    let options: Value = row.try_get("options")?;
    let mut pairs = Vec::new();
    for (name, value) in options.as_object().ok_or(Undecodable)? {
        pairs.push((name.as_str(), value.as_str().ok_or(Undecodable)?));
    }
    Ok(Wish::new(kind, pairs)?)
}

/// The stored form of characters that no font had, with how often each was drawn as 〓.
pub fn glyphs_to_json(missing: &std::collections::BTreeMap<String, u32>) -> Value {
    missing.iter().map(|(text, times)| (text.clone(), Value::from(*times))).collect()
}

statement! { "exports/order.sql",
    /// Orders an export.
    pub struct OrderExport {
        report: String,
        filter: Value,
        expected_rows: i32,
        purpose: Option<String>,
        options: Value,
    }
    rows_max = 1, owner = NoWitness("a verdict and tickets that the door has just made"), row = Option<Ordered>, decode = |row| {
        Ok(match row.try_get("outcome")? {
            "ordered" => Some(Ordered {
                export_id: ExportId(row.try_get("export_id")?),
                export_ticket: row.try_get("export_ticket")?,
                check_ticket: row.try_get("check_ticket")?,
            }),
            "quota" => None,
            _ => return Err(Undecodable),
        })
    }
}

/// What the database made for an order: its id, and the tickets' secrets before they are tied to who they are for.
#[derive(Clone)]
pub struct Ordered {
    /// The export's id.
    pub export_id: ExportId,
    pub(super) export_ticket: String,
    pub(super) check_ticket: String,
}

impl std::fmt::Debug for Ordered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ordered").field("export_id", &self.export_id).finish_non_exhaustive()
    }
}

impl Ordered {
    /// The tickets of an export that was ordered in a transaction of this tenant.
    pub fn into_tickets(self, tenant_id: TenantId) -> (ExportTicket, CheckTicket) {
        (
            ExportTicket::new(self.export_ticket, tenant_id, self.export_id),
            CheckTicket::new(self.check_ticket, tenant_id, self.export_id),
        )
    }
}

/// A slip, and whose it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedSlip {
    /// The row's own tenant.
    pub tenant_id: TenantId,
    /// The slip.
    pub slip: Slip,
}

/// Rows that are fetched at once.
pub const BLOCK_ROWS: u32 = 1_000;

statement! { "exports/slip_block.sql",
    /// The next block of rows.
    pub struct SlipBlock {
        after_bill_number: String,
        after_reissue_number: i16,
        bill_number_low: String,
        bill_number_high: String,
        reissue_number: Option<i16>,
        customer_number: Option<String>,
        due_from: Option<Date>,
        due_to: Option<Date>,
        amount_from: Option<i32>,
        amount_to: Option<i32>,
        rows: i64,
    }
    rows_max = 1_000, owner = Row, row = OwnedSlip, decode = |row| {
        Ok(OwnedSlip { tenant_id: TenantId(row.try_get("tenant_id")?), slip: decode_slip(row)? })
    }
}

impl SlipBlock {
    /// The block after `after` of what `filter` lets through.
    pub fn new(filter: &SlipFilter, after: Option<&SlipId>) -> SlipBlock {
        SlipBlock {
            after_bill_number: after.map_or(String::new(), |it| it.bill_number.as_str().to_owned()),
            after_reissue_number: after.map_or(-1, |it| it.reissue_number.get()),
            bill_number_low: filter.bill_number_low().to_owned(),
            bill_number_high: filter.bill_number_high().to_owned(),
            reissue_number: filter.reissue_number(),
            customer_number: filter.customer_number().map(str::to_owned),
            due_from: filter.due_from(),
            due_to: filter.due_to(),
            amount_from: filter.amount_from(),
            amount_to: filter.amount_to(),
            rows: i64::from(BLOCK_ROWS),
        }
    }
}

statement! { "exports/snapshot.sql",
    /// Lends the transaction's snapshot.
    pub struct LendSnapshot {}
    rows_max = 1, owner = NoWitness("the name of a snapshot is of the transaction, not of a row"), row = Snapshot, decode = |row| {
        Snapshot::new(row.try_get("snapshot")?).ok_or(Undecodable)
    }
}

/// What stands on every page besides the rows.
#[derive(Debug, Clone)]
pub struct FrontRow {
    /// The biller's code.
    pub tenant_code: TenantCode,
    /// The biller's name.
    pub tenant_name: TenantName,
    /// The report with its options.
    pub wish: Wish,
    /// The frozen scope.
    pub scope: Scope,
    /// When it was ordered.
    pub ordered_at: OffsetDateTime,
    /// Who ordered it.
    pub requested_by: DisplayName,
    /// What goes into every row's digest.
    pub rows_salt: [u8; 16],
}

statement! { "exports/front.sql",
    /// What stands on every page of an export.
    pub struct AskFront { export_id: Uuid }
    rows_max = 1, owner = Row, row = FrontRow, decode = |row| {
        Ok(FrontRow {
            tenant_code: TenantCode::new(row.try_get("tenant_code")?)?,
            tenant_name: TenantName::new(row.try_get("tenant_name")?)?,
            wish: wish(row)?,
            scope: scope_of_json(&row.try_get("filter")?)?,
            ordered_at: row.try_get("ordered_at")?,
            requested_by: DisplayName::new(row.try_get("requested_by")?)?,
            rows_salt: row.try_get::<_, &[u8]>("rows_salt")?.try_into().map_err(|_| Undecodable)?,
        })
    }
}

/// What the database says to a step of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    GoOn,
    /// Somebody asked to stop; the export is `cancelled`.
    Cancelled,
    /// Counted is not expected; the export is `failed`.
    RowCountMismatch,
    /// A check disagrees; the export is `tripped`.
    Tripped,
    /// There is no check that agrees; nothing was released.
    Unchecked,
    /// Go on, up to the page at which somebody asked to stop.
    Stopping,
    /// The biller has as many that run as it may; the export stays in the queue.
    Busy,
}

fn verdict(row: &Row) -> Result<Verdict, Undecodable> {
    Ok(match row.try_get("verdict")? {
        "running" | "checking" | "ready" => Verdict::GoOn,
        "cancelled" => Verdict::Cancelled,
        "row_count_mismatch" => Verdict::RowCountMismatch,
        "tripped" => Verdict::Tripped,
        "unchecked" => Verdict::Unchecked,
        "stopping" => Verdict::Stopping,
        "busy" => Verdict::Busy,
        _ => return Err(Undecodable),
    })
}

statement! { "exports/begin.sql",
    /// Tells what was counted; the export runs or fails.
    pub struct BeginExport { rows: i32, amount_yen: i64, pages: i32 }
    rows_max = 1, owner = NoWitness("a verdict of the door on the export whose ticket is entered"), row = Verdict, decode = verdict
}

statement! { "exports/report_pages.sql",
    /// Writes the manifest of pages that were drawn, in order: of each also the digests of its rows, one after the
    /// other, and where it lies in the file.
    pub struct ReportPages {
        pages: Vec<i32>,
        rows: Vec<i32>,
        amounts_yen: Vec<i64>,
        first: Vec<Option<String>>,
        last: Vec<Option<String>>,
        row_digests: Vec<Vec<u8>>,
        first_bytes: Vec<Option<i64>>,
        last_bytes: Vec<Option<i64>>,
    }
    rows_max = 1, owner = NoWitness("a verdict of the door on the export whose ticket is entered"), row = Verdict, decode = verdict
}

statement! { "exports/finish_drawing.sql",
    /// Tells what was drawn.
    pub struct FinishDrawing {
        rows_digest: Vec<u8>,
        sha256: Vec<u8>,
        bytes: i64,
        missing_glyphs: Value,
    }
    rows_max = 1, owner = NoWitness("a verdict of the door on the export whose ticket is entered"), row = Verdict, decode = verdict
}

statement! { "exports/record_check.sql",
    /// Tells what the second computation found; true when it agrees.
    pub struct RecordCheck { rows: i32, amount_yen: i64, tenants: i32, row_digests: Vec<u8> }
    rows_max = 1, owner = NoWitness("a verdict of the door on the export whose ticket is entered"), row = bool, decode = |row| Ok(row.try_get("agrees")?)
}

statement! { "exports/release.sql",
    /// Releases the export with its certificate, if a check agrees.
    pub struct ReleaseExport { certificate: String, kid: String }
    rows_max = 1, owner = NoWitness("a verdict of the door on the export whose ticket is entered"), row = Verdict, decode = verdict
}

statement! { "exports/fail.sql",
    /// Ends the export without a release.
    pub struct FailExport { tripped: bool, failure: String }
    rows_max = 1, owner = NoWitness("a verdict of the door on the export whose ticket is entered"), row = (), decode = |_| Ok(())
}

door! { "exports/end_interrupted.sql",
    /// Ends exports whose process is gone; answers how many.
    pub struct EndInterrupted {}
    rows_max = 1, owner = Unsealed, row = i32, decode = |row| Ok(row.try_get("ended")?)
}

/// What the second computation found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Rows.
    pub rows: i32,
    /// Their sum, in yen.
    pub amount_yen: i64,
    /// How many tenants they are of.
    pub tenants: i32,
    /// The digests of the rows, one after the other.
    pub row_digests: Vec<u8>,
}

statement! { "../checks/slip_list.sql",
    /// Computes a `slip_list` a second time, as the checker.
    pub struct CheckSlipList { tenant_id: i32, export_id: Uuid }
    rows_max = 1, owner = Range, row = Checked, decode = |row| {
        Ok(Checked {
            rows: row.try_get("row_count")?,
            amount_yen: row.try_get("amount_yen")?,
            tenants: row.try_get("tenant_count")?,
            row_digests: row.try_get("row_digests")?,
        })
    }
}

/// An export with its state.
#[derive(Debug, Clone)]
pub struct ExportLine {
    /// Its name.
    pub export_id: ExportId,
    /// The report with its options.
    pub wish: Wish,
    /// The frozen scope.
    pub scope: Scope,
    /// Rows that were expected.
    pub expected_rows: i32,
    /// Who ordered it.
    pub requested_by: UserId,
    /// What for.
    pub purpose: Option<String>,
    /// When.
    pub ordered_at: OffsetDateTime,
    /// Where it stands.
    pub state: ExportState,
    /// Why it ended, if not well.
    pub failure: Option<String>,
    /// When drawing began.
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
    /// Rows that were counted.
    pub counted_rows: Option<i32>,
    /// Their sum, in yen.
    pub counted_amount_yen: Option<i64>,
    /// Pages of rows it will have.
    pub pages_total: Option<i32>,
    /// Pages drawn.
    pub pages_done: i32,
    /// Rows drawn.
    pub rows_done: i32,
    /// SHA-256 of the file.
    pub artefact_sha256: Option<Vec<u8>>,
    /// Bytes of the file.
    pub artefact_bytes: Option<i64>,
    /// Characters that no font had, with how often each was drawn as 〓.
    pub missing_glyphs: Option<Value>,
}

fn export_line(row: &Row) -> Result<ExportLine, Undecodable> {
    Ok(ExportLine {
        export_id: ExportId(row.try_get("export_id")?),
        wish: wish(row)?,
        scope: scope_of_json(&row.try_get("filter")?)?,
        expected_rows: row.try_get("expected_rows")?,
        requested_by: UserId(row.try_get("requested_by")?),
        purpose: row.try_get("purpose")?,
        ordered_at: row.try_get("ordered_at")?,
        state: ExportState::parse(row.try_get("state")?)?,
        failure: row.try_get("failure")?,
        started_at: row.try_get("started_at")?,
        ended_at: row.try_get("ended_at")?,
        counted_rows: row.try_get("counted_rows")?,
        counted_amount_yen: row.try_get("counted_amount_yen")?,
        pages_total: row.try_get("pages_total")?,
        pages_done: row.try_get("pages_done")?,
        rows_done: row.try_get("rows_done")?,
        artefact_sha256: row.try_get("artefact_sha256")?,
        artefact_bytes: row.try_get("artefact_bytes")?,
        missing_glyphs: row.try_get("missing_glyphs")?,
    })
}

statement! { "exports/get.sql",
    /// One export.
    pub struct GetExport { export_id: Uuid }
    rows_max = 1, owner = Row, row = ExportLine, decode = export_line
}

statement! { "exports/list.sql",
    /// Exports, the latest first, before a given one.
    pub struct ListExports { before_ordered_at: OffsetDateTime, before_export_id: Uuid, rows: i64 }
    rows_max = 201, owner = Row, row = ExportLine, decode = export_line
}
