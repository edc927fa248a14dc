//! An export: the act of taking rows out, and the kinds of it.

use super::Invalid;

/// The name of one export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExportId(pub uuid::Uuid);

/// 帳票: what can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// 払込票データ一覧表.
    SlipList,
    /// 払込票, one to a page.
    PaymentSlip,
    /// The rows of the list, as CSV.
    SlipCsv,
}

impl ReportKind {
    /// Whether it is made to be paid with. Then it leaves out what is void or has a next issue; a list has them all.
    pub const fn is_of_payable_slips(self) -> bool {
        matches!(self, ReportKind::PaymentSlip)
    }

    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            ReportKind::SlipList => "slip_list",
            ReportKind::PaymentSlip => "payment_slip",
            ReportKind::SlipCsv => "slip_csv",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When no such report exists.
    pub fn parse(text: &str) -> Result<ReportKind, Invalid> {
        match text {
            "slip_list" => Ok(ReportKind::SlipList),
            "payment_slip" => Ok(ReportKind::PaymentSlip),
            "slip_csv" => Ok(ReportKind::SlipCsv),
            _ => Err(Invalid::new("report", "must be slip_list, payment_slip or slip_csv")),
        }
    }
}

/// Where an export stands. The database moves it; nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportState {
    /// Ordered, not begun.
    Queued,
    /// Its rows are being drawn.
    Running,
    /// Drawn; the second computation is under way.
    Checking,
    /// Checked and released: its file can be fetched.
    Ready,
    /// Ended by an error or by a process that died; nothing was released.
    Failed,
    /// Ended on request.
    Cancelled,
    /// Ended because a check disagreed; nothing was released.
    Tripped,
}

impl ExportState {
    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            ExportState::Queued => "queued",
            ExportState::Running => "running",
            ExportState::Checking => "checking",
            ExportState::Ready => "ready",
            ExportState::Failed => "failed",
            ExportState::Cancelled => "cancelled",
            ExportState::Tripped => "tripped",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When it is no state.
    pub fn parse(text: &str) -> Result<ExportState, Invalid> {
        Ok(match text {
            "queued" => ExportState::Queued,
            "running" => ExportState::Running,
            "checking" => ExportState::Checking,
            "ready" => ExportState::Ready,
            "failed" => ExportState::Failed,
            "cancelled" => ExportState::Cancelled,
            "tripped" => ExportState::Tripped,
            _ => return Err(Invalid::new("state", "is not a state of an export")),
        })
    }
}
