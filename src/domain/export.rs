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
    /// A fetch of its file has begun.
    Delivering,
    /// Its file was fetched whole.
    Delivered,
    /// Its time is over; its file can no longer be read.
    Expired,
    /// Called back; its file can no longer be fetched.
    Recalled,
    /// Expired or called back, and the key to its file is destroyed.
    Shredded,
    /// Ended on request; nothing was released.
    Cancelled,
    /// Ended by the operator's stop; nothing was released.
    Stopped,
    /// Ended because a check disagreed; nothing was released.
    Tripped,
    /// Ended by an error or by a process that died; nothing was released.
    Failed,
}

impl ExportState {
    /// Every state there is.
    pub const ALL: [ExportState; 13] = [
        ExportState::Queued,
        ExportState::Running,
        ExportState::Checking,
        ExportState::Ready,
        ExportState::Delivering,
        ExportState::Delivered,
        ExportState::Expired,
        ExportState::Recalled,
        ExportState::Shredded,
        ExportState::Cancelled,
        ExportState::Stopped,
        ExportState::Tripped,
        ExportState::Failed,
    ];

    /// The word the database and the API use.
    pub const fn as_str(self) -> &'static str {
        match self {
            ExportState::Queued => "queued",
            ExportState::Running => "running",
            ExportState::Checking => "checking",
            ExportState::Ready => "ready",
            ExportState::Delivering => "delivering",
            ExportState::Delivered => "delivered",
            ExportState::Expired => "expired",
            ExportState::Recalled => "recalled",
            ExportState::Shredded => "shredded",
            ExportState::Cancelled => "cancelled",
            ExportState::Stopped => "stopped",
            ExportState::Tripped => "tripped",
            ExportState::Failed => "failed",
        }
    }

    /// Reads the word.
    ///
    /// # Errors
    /// When it is no state.
    pub fn parse(text: &str) -> Result<ExportState, Invalid> {
        let found = ExportState::ALL.into_iter().find(|it| it.as_str() == text);
        found.ok_or(Invalid::new("state", "is not a state of an export"))
    }

    /// True while a process works on it, or will.
    pub const fn is_under_way(self) -> bool {
        matches!(self, ExportState::Queued | ExportState::Running | ExportState::Checking)
    }

    /// True while its file can be fetched.
    pub const fn has_file(self) -> bool {
        matches!(self, ExportState::Ready | ExportState::Delivering | ExportState::Delivered)
    }
}

#[cfg(test)]
mod tests {
    use super::ExportState;

    #[test]
    fn every_state_is_read_as_it_is_written() {
        for state in ExportState::ALL {
            assert_eq!(ExportState::parse(state.as_str()), Ok(state));
            assert!(!(state.is_under_way() && state.has_file()), "nothing is released on the way");
        }
        assert!(ExportState::parse("done").is_err());
    }
}
