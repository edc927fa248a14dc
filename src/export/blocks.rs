//! Which rows a report is drawn from: block by block, each block a statement of its own.

use crate::{
    domain::{SlipFilter, SlipId},
    report::{OwnedRow, payment_slip::OwnedIssued},
    statements::exports::{self, IssuedBlock, OwnedSlip, SlipBlock},
    wall::Statement,
};

/// A statement that fetches the next rows of a report, and what its writer takes of them.
pub(super) trait Block: Statement + 'static {
    /// A row as the writer takes it.
    type Drawn: Send + 'static;

    /// The block after a given slip of what the filter lets through.
    fn after(filter: &SlipFilter, after: Option<&SlipId>) -> Self;

    /// The slip of a row.
    fn id(row: &Self::Row) -> &SlipId;

    /// The row as the writer takes it.
    fn drawn(row: Self::Row) -> Self::Drawn;
}

impl Block for SlipBlock {
    type Drawn = OwnedRow;

    fn after(filter: &SlipFilter, after: Option<&SlipId>) -> SlipBlock {
        SlipBlock::new(filter, after)
    }

    fn id(row: &OwnedSlip) -> &SlipId {
        &row.slip.id
    }

    fn drawn(row: OwnedSlip) -> OwnedRow {
        OwnedRow { tenant_id: row.tenant_id, slip: row.slip }
    }
}

impl Block for IssuedBlock {
    type Drawn = OwnedIssued;

    fn after(filter: &SlipFilter, after: Option<&SlipId>) -> IssuedBlock {
        IssuedBlock::new(filter, after)
    }

    fn id(row: &exports::OwnedIssued) -> &SlipId {
        &row.slip.id
    }

    fn drawn(row: exports::OwnedIssued) -> OwnedIssued {
        OwnedIssued {
            tenant_id: row.tenant_id,
            slip: row.slip,
            consumption_tax_yen: row.consumption_tax_yen,
        }
    }
}
