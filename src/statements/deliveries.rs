//! Statements on files that leave and on those that are taken back. Their texts are in `sql/queries/deliveries`.

use std::ops::Range;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{ExportId, ExportState, PAYMENT_SLIPS_MAX, ReportKind, TenantId, UserId},
    statement,
    wall::{Undecodable, door},
};

/// Whether a fetch may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is written down; the ticket tells its end.
    Fetch(FetchTicket),
    /// There is nothing to fetch, or not these bytes.
    Nothing,
    /// It was fetched as often as one file may be.
    Quota,
}

/// Tells the end of one fetch, and nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchTicket(String);

impl std::fmt::Debug for FetchTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FetchTicket")
    }
}

impl Begun {
    fn of(ticket: Option<String>) -> Begun {
        match ticket {
            None => Begun::Nothing,
            Some(it) if it == "quota" => Begun::Quota,
            Some(it) => Begun::Fetch(FetchTicket(it)),
        }
    }
}

statement! { "deliveries/begin.sql",
    /// Writes a fetch down before its first byte is sent.
    pub struct BeginFetch { export_id: Uuid, first_byte: i64, last_byte: i64 }
    rows_max = 1, owner = NoWitness("a ticket that the door has just made"), row = Begun, decode = |row| Ok(Begun::of(row.try_get("ticket")?))
}

door! { "deliveries/end.sql",
    /// Tells how a fetch ended and how far it came; false when that was told already.
    pub struct EndFetch { ticket: String, complete: bool, sent: i64 }
    rows_max = 1, owner = Unsealed, row = bool, decode = |row| Ok(row.try_get("ended")?)
}

impl EndFetch {
    /// The end of the fetch of this ticket, and how many bytes were handed out.
    pub fn new(ticket: FetchTicket, complete: bool, sent: i64) -> EndFetch {
        EndFetch { ticket: ticket.0, complete, sent }
    }
}

/// What came of a wish for a link.
#[derive(Debug, Clone)]
pub enum LinkOutcome {
    /// It is made.
    Made(NewLink),
    /// There is no such export.
    NotFound,
    /// The export's file cannot be fetched in its state.
    NotReady(ExportState),
    /// The export has had as many links as it may.
    Quota,
}

/// A link, with its secret.
#[derive(Clone)]
pub struct NewLink {
    /// Its public name.
    pub link_id: Uuid,
    /// Its secret, shown once.
    pub token: String,
    /// Until when it is good.
    pub expires_at: OffsetDateTime,
}

impl std::fmt::Debug for NewLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewLink").field("link_id", &self.link_id).finish_non_exhaustive()
    }
}

statement! { "deliveries/make_link.sql",
    /// Makes a link to a file; one with `bind` `session` opens for that session only.
    pub struct MakeLink { export_id: Uuid, ttl_s: i32, bind: String, session_id: Uuid }
    rows_max = 1, owner = NoWitness("a link that the door has just made"), row = LinkOutcome, decode = |row| {
        Ok(match row.try_get("outcome")? {
            "made" => LinkOutcome::Made(NewLink {
                link_id: row.try_get("link_id")?,
                token: row.try_get("token")?,
                expires_at: row.try_get("expires_at")?,
            }),
            "not_found" => LinkOutcome::NotFound,
            "quota" => LinkOutcome::Quota,
            state => LinkOutcome::NotReady(ExportState::parse(state)?),
        })
    }
}

/// What is behind a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// A file; with a range also the ticket of its fetch.
    File(LinkedFile),
    /// Nothing for this caller.
    NotFound,
    /// It was used up.
    Spent,
    /// Some of these bytes went to their end with it: which did not.
    Delivered(Vec<String>),
    /// Its time is over.
    Expired,
    /// The file was taken back.
    Withdrawn,
    /// A transfer is under way with it.
    Busy,
    /// The file was fetched as often as one may be.
    Quota,
}

/// A file behind a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedFile {
    /// Whose.
    pub tenant_id: TenantId,
    /// Of which export.
    pub export_id: ExportId,
    /// Its report.
    pub report: ReportKind,
    /// Bytes of it.
    pub bytes: i64,
    /// SHA-256 of it.
    pub sha256: Vec<u8>,
    /// The ticket, when a fetch was begun.
    pub ticket: Option<FetchTicket>,
}

door! { "deliveries/open_link.sql",
    /// Looks behind a link, or with a range begins to fetch.
    pub struct OpenLink {
        token: String,
        session_secret: Option<String>,
        first_byte: Option<i64>,
        last_byte: Option<i64>,
    }
    rows_max = 1, owner = Unsealed, row = Behind, decode = |row| {
        Ok(match row.try_get("outcome")? {
            "ok" => Behind::File(LinkedFile {
                tenant_id: TenantId(row.try_get("tenant_id")?),
                export_id: ExportId(row.try_get("export_id")?),
                report: ReportKind::parse(row.try_get("report")?)?,
                bytes: row.try_get("bytes")?,
                sha256: row.try_get("sha256")?,
                ticket: row.try_get::<_, Option<String>>("fetch_ticket")?.map(FetchTicket),
            }),
            "not_found" => Behind::NotFound,
            "spent" => Behind::Spent,
            "delivered" => Behind::Delivered(row.try_get("remaining")?),
            "expired" => Behind::Expired,
            "withdrawn" => Behind::Withdrawn,
            "busy" => Behind::Busy,
            "quota" => Behind::Quota,
            _ => return Err(Undecodable),
        })
    }
}

statement! { "deliveries/recall.sql",
    /// Calls a file back; answers the state of before, none when there is no such export.
    pub struct RecallExport { export_id: Uuid, reason: String }
    rows_max = 1, owner = NoWitness("a verdict of the door on one export"), row = Option<ExportState>, decode = |row| was(row.try_get("was")?)
}

statement! { "deliveries/discard.sql",
    /// Ends the time of a file early; answers the state of before, none when there is no such export.
    pub struct DiscardExport { export_id: Uuid }
    rows_max = 1, owner = NoWitness("a verdict of the door on one export"), row = Option<ExportState>, decode = |row| was(row.try_get("was")?)
}

fn was(state: Option<&str>) -> Result<Option<ExportState>, Undecodable> {
    Ok(state.map(ExportState::parse).transpose()?)
}

door! { "deliveries/expire.sql",
    /// Ends the time of files that were kept long enough; answers how many.
    pub struct ExpireExports {}
    rows_max = 1, owner = Unsealed, row = i32, decode = |row| Ok(row.try_get("ended")?)
}

/// Files that are asked for at once.
pub const DOOMED_MAX: usize = 1_000;

door! { "deliveries/doomed.sql",
    /// Of these files, those that nobody may read. A file of an earlier version names no biller.
    pub struct AskDoomed { tenant_ids: Vec<Option<i32>>, export_ids: Vec<Uuid> }
    rows_max = DOOMED_MAX, owner = Unsealed, row = (Option<TenantId>, ExportId), decode = |row| {
        let tenant = row.try_get::<_, Option<i32>>("tenant_id")?.map(TenantId);
        Ok((tenant, ExportId(row.try_get("export_id")?)))
    }
}

door! { "deliveries/shredded.sql",
    /// Says that the keys of these files are destroyed; answers how many steps that were.
    pub struct NoteShredded { tenant_ids: Vec<Option<i32>>, export_ids: Vec<Uuid> }
    rows_max = 1, owner = Unsealed, row = i32, decode = |row| Ok(row.try_get("shredded")?)
}

/// A file, or a reprint of it.
#[derive(Debug, Clone)]
pub struct Relative {
    /// Its export.
    pub export_id: ExportId,
    /// The pages of a reprint.
    pub reprint_pages: Option<(i32, i32)>,
    /// Where it stands.
    pub state: ExportState,
    /// Pages of rows it has.
    pub pages: i32,
    /// Bytes it has.
    pub bytes: i64,
    /// When it was called back.
    pub recalled_at: Option<OffsetDateTime>,
}

statement! { "deliveries/family.sql",
    /// A file and its reprints.
    pub struct AskFamily { export_id: Uuid }
    rows_max = 21, owner = Row, row = Relative, decode = |row| {
        let first: Option<i32> = row.try_get("reprint_first_page")?;
        let last: Option<i32> = row.try_get("reprint_last_page")?;
        Ok(Relative {
            export_id: ExportId(row.try_get("export_id")?),
            reprint_pages: first.zip(last),
            state: ExportState::parse(row.try_get("state")?)?,
            pages: row.try_get("pages_done")?,
            bytes: row.try_get("artefact_bytes")?,
            recalled_at: row.try_get("recalled_at")?,
        })
    }
}

/// Bytes that were sent, or may have been.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Of which file.
    pub export_id: ExportId,
    /// With which link, if with one.
    pub link_id: Option<Uuid>,
    /// By whom, if without a link.
    pub fetched_by: Option<UserId>,
    /// Who made the link, if with one.
    pub link_made_by: Option<UserId>,
    /// When, before the first byte.
    pub began_at: OffsetDateTime,
    /// The first byte.
    pub first_byte: i64,
    /// The last byte.
    pub last_byte: i64,
    /// Whether all of it was sent; none when its end was never told.
    pub complete: Option<bool>,
}

statement! { "deliveries/ledger.sql",
    /// Who was sent which bytes of a file and its reprints.
    pub struct AskLedger { export_id: Uuid }
    rows_max = 21_000, owner = Row, row = Fetched, decode = |row| {
        Ok(Fetched {
            export_id: ExportId(row.try_get("export_id")?),
            link_id: row.try_get("link_id")?,
            fetched_by: row.try_get::<_, Option<Uuid>>("fetched_by")?.map(UserId),
            link_made_by: row.try_get::<_, Option<Uuid>>("link_made_by")?.map(UserId),
            began_at: row.try_get("began_at")?,
            first_byte: row.try_get("first_byte")?,
            last_byte: row.try_get("last_byte")?,
            complete: row.try_get("complete")?,
        })
    }
}

/// Where a page lies in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// In which file.
    pub export_id: ExportId,
    /// The page, as it is numbered on the original.
    pub page: u32,
    /// Bytes that are this page's alone; none where that is not known.
    pub bytes: Option<Range<u64>>,
}

statement! { "deliveries/places.sql",
    /// Where the pages of a file and its reprints lie.
    pub struct AskPlaces { export_id: Uuid }
    rows_max = 21 * PAYMENT_SLIPS_MAX as usize, owner = Row, row = Place, decode = |row| {
        let first: Option<i64> = row.try_get("first_byte")?;
        let last: Option<i64> = row.try_get("last_byte")?;
        let byte = |it: i64| u64::try_from(it).map_err(|_| Undecodable);
        Ok(Place {
            export_id: ExportId(row.try_get("export_id")?),
            page: u32::try_from(row.try_get::<_, i32>("page")?).map_err(|_| Undecodable)?,
            bytes: match first.zip(last) {
                Some((first, last)) => Some(byte(first)?..byte(last)? + 1),
                None => None,
            },
        })
    }
}
