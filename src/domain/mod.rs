//! Pure values of the payment-slip trade: no async, no IO, no serde, no clock.
//!
//! **Invariant:** this room uses no other room. A value that exists is valid: every constructor checks.

mod amount;
mod byte_range;
mod due_date;
mod export;
mod filter;
mod page;
mod page_span;
mod postgres;
mod slip;
mod tenant;
mod user;

pub use amount::{AMOUNT_YEN_MAX, AmountYen, ConsumptionTaxYen};
pub use byte_range::ByteRange;
pub use due_date::DueDate;
pub use export::{ExportId, ExportState, ReportKind};
pub use filter::{Scope, SlipFilter};
pub use page::{LIST_PAGES_MAX, LIST_ROWS_MAX, LIST_ROWS_PER_PAGE, list_pages};
pub use page_span::PageSpan;
pub use postgres::{has_fixes, version};
pub use slip::{BillNumber, CustomerName, CustomerNumber, NewSlip, ReissueNumber, Slip, SlipId};
pub use tenant::{TenantCode, TenantId, TenantName};
pub use user::{Actor, DisplayName, Login, OnConflict, Role, UserId};

/// Why a text is not the value it was given for. Names the field, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct Invalid {
    /// The field, by its name in the API.
    pub field: &'static str,
    /// What the field must be, as a sentence for the person who sent it.
    pub rule: &'static str,
}

impl Invalid {
    /// A broken rule of one field.
    pub const fn new(field: &'static str, rule: &'static str) -> Invalid {
        Invalid { field, rule }
    }
}

/// True for a character that must not be in any name: controls, and marks that reorder text.
pub(crate) fn is_forbidden_in_names(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}
