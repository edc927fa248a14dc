//! Statements on an export's life beside its drawing. Their texts are in `sql/queries/export_life`.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{ExportState, UserId},
    statement,
    wall::Undecodable,
};

statement! { "export_life/renew_lease.sql",
    /// Says that the job's process is alive; true while the job is under way.
    pub struct RenewLease {}
    rows_max = 1, owner = NoWitness("a verdict of the door on the export whose ticket is entered"), row = bool, decode = |row| {
        Ok(row.try_get::<_, &str>("state")? != "over")
    }
}

statement! { "export_life/stop_page.sql",
    /// The last page to be produced, when somebody asked to stop.
    pub struct AskStopPage { export_id: Uuid }
    rows_max = 1, owner = Row, row = Option<i32>, decode = |row| Ok(row.try_get("cancel_at_page")?)
}

/// What became of a wish to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelOutcome {
    /// It is heard.
    Accepted {
        /// Where the export stands now.
        state: ExportState,
        /// The last page that is produced.
        effective_page: i32,
    },
    /// The export has ended.
    AlreadyFinal(ExportState),
    /// The page was produced before.
    PageBehind {
        /// Pages that are produced.
        pages_done: i32,
    },
    /// The tenant has no such export.
    NotFound,
}

statement! { "export_life/cancel.sql",
    /// Stops an export now, or behind a page.
    pub struct CancelExport {
        export_id: Uuid,
        at_page: Option<i32>,
        drawn: i32,
        reason: Option<String>,
    }
    rows_max = 1, owner = NoWitness("a verdict of the door on one export"), row = CancelOutcome, decode = |row| {
        let state = || Ok::<_, Undecodable>(ExportState::parse(row.try_get("state")?)?);
        Ok(match row.try_get("outcome")? {
            "accepted" => CancelOutcome::Accepted {
                state: state()?,
                effective_page: row.try_get("effective_page")?,
            },
            "already_final" => CancelOutcome::AlreadyFinal(state()?),
            "page_behind" => CancelOutcome::PageBehind { pages_done: row.try_get("pages_done")? },
            "not_found" => CancelOutcome::NotFound,
            _ => return Err(Undecodable),
        })
    }
}

/// What became of a report of what was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintOutcome {
    /// It is written down under this number.
    Reported(i32),
    /// The tenant has no such export.
    NotFound,
    /// Nothing of it was ever released.
    NotReleased,
    /// The export has no such page.
    NoSuchPage,
}

statement! { "export_life/print_report.sql",
    /// Writes down what was printed.
    pub struct ReportPrint { export_id: Uuid, last_printed_page: i32, note: Option<String> }
    rows_max = 1, owner = NoWitness("a verdict of the door on one export"), row = PrintOutcome, decode = |row| {
        Ok(match row.try_get("outcome")? {
            "reported" => PrintOutcome::Reported(row.try_get("report_number")?),
            "not_found" => PrintOutcome::NotFound,
            "not_released" => PrintOutcome::NotReleased,
            "no_such_page" => PrintOutcome::NoSuchPage,
            _ => return Err(Undecodable),
        })
    }
}

/// What somebody says was printed.
#[derive(Debug, Clone)]
pub struct PrintLine {
    /// The export.
    pub export_id: Uuid,
    /// Counts the reports of one export, from 1.
    pub report_number: i32,
    /// When it was said.
    pub reported_at: OffsetDateTime,
    /// By whom.
    pub reported_by: UserId,
    /// The last page that was printed; 0 for none.
    pub last_printed_page: i32,
    /// In their words.
    pub note: Option<String>,
}

statement! { "export_life/print_reports.sql",
    /// One report of what was printed.
    pub struct GetPrintReport { export_id: Uuid, report_number: i32 }
    rows_max = 1, owner = Row, row = PrintLine, decode = |row| {
        Ok(PrintLine {
            export_id: row.try_get("export_id")?,
            report_number: row.try_get("report_number")?,
            reported_at: row.try_get("reported_at")?,
            reported_by: UserId(row.try_get("reported_by")?),
            last_printed_page: row.try_get("last_printed_page")?,
            note: row.try_get("note")?,
        })
    }
}

/// Where an export stands, for those who watch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The state.
    pub state: ExportState,
    /// Why it ended, if not well.
    pub failure: Option<String>,
    /// Place in the chain of the event that brought it into this state.
    pub state_seq: i64,
    /// When drawing began.
    pub started_at: Option<OffsetDateTime>,
    /// Rows that were counted.
    pub counted_rows: Option<i32>,
    /// Pages of rows it will have.
    pub pages_total: Option<i32>,
    /// Pages produced.
    pub pages_done: i32,
    /// Rows on them.
    pub rows_done: i32,
    /// The last page to be produced, when somebody asked to stop.
    pub cancel_at_page: Option<i32>,
}

statement! { "export_life/progress.sql",
    /// Where an export stands.
    pub struct AskProgress { export_id: Uuid }
    rows_max = 1, owner = Row, row = Progress, decode = |row| {
        Ok(Progress {
            state: ExportState::parse(row.try_get("state")?)?,
            failure: row.try_get("failure")?,
            state_seq: row.try_get("state_seq")?,
            started_at: row.try_get("started_at")?,
            counted_rows: row.try_get("counted_rows")?,
            pages_total: row.try_get("pages_total")?,
            pages_done: row.try_get("pages_done")?,
            rows_done: row.try_get("rows_done")?,
            cancel_at_page: row.try_get("cancel_at_page")?,
        })
    }
}

statement! { "export_life/spend_token.sql",
    /// Uses an event token up; false when it was used before.
    pub struct SpendToken { token_hash: Vec<u8> }
    rows_max = 1, owner = NoWitness("whether a token was fresh; it names no row"), row = bool, decode = |row| Ok(row.try_get("fresh")?)
}
