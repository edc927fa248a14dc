//! Pure values of the payment-slip trade: no async, no IO, no serde, no clock.
//!
//! **Invariant:** this room uses no other room. A value that exists is valid: every constructor checks.

mod amount;
pub mod barcode;
mod due_date;
mod export;
mod filter;
mod issuer;
mod page;
mod payment;
mod revenue_stamp;
mod slip;
mod standing;
mod tenant;
mod user;
mod wish;

pub use amount::{AMOUNT_YEN_MAX, AmountYen, ConsumptionTaxYen};
pub use due_date::DueDate;
pub use export::{ExportId, ExportState, ReportKind};
pub use filter::{Scope, SlipFilter};
pub use issuer::{Issuer, IssuerCode, PrintedLine};
pub use page::{LIST_PAGES_MAX, LIST_ROWS_MAX, LIST_ROWS_PER_PAGE, PAYMENT_SLIPS_MAX, list_pages};
pub use payment::{PaymentEvent, PaymentException, PaymentKind, Scanned};
pub use revenue_stamp::{STAMP_FROM_YEN, StampPolicy, revenue_stamp};
pub use slip::{BillNumber, CustomerName, CustomerNumber, NewSlip, ReissueNumber, Slip, SlipId};
pub use standing::{
    PaymentState, Payments, Reason, SlipState, StandingSlip, Withdrawal, day_in_japan,
};
pub use tenant::{TenantCode, TenantId, TenantName};
pub use user::{Actor, DisplayName, Login, OnConflict, Role, UserId};
pub use wish::{CsvEncoding, Offset, PrintMode, PrintProfile, SlipPrint, Wish};

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

/// Marks that one character of a name may carry at most. A line breaks between characters and never before a mark,
/// so a name of marks alone would have no place to break.
const MARKS_MAX: usize = 2;

/// True when a character of the name carries more combining marks than any language writes.
pub(crate) fn is_overloaded(name: &str) -> bool {
    let mark = |c: char| matches!(c, '\u{0300}'..='\u{036F}' | '\u{3099}' | '\u{309A}');
    let selector = |c: char| matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
    let mut marks = 0;
    name.chars().any(|c| {
        marks = if mark(c) || selector(c) { marks + 1 } else { 0 };
        MARKS_MAX < marks
    })
}

/// True for a character that must not be in any name: controls, and marks that reorder text.
pub(crate) fn is_forbidden_in_names(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}
