//! Whose rows are in a released file? The file is a function of its rows, so the biller's own rows are drawn
//! again, from the generator and not from the database, and the two files must be the same bytes.

use std::{io, sync::Arc};

use time::{OffsetDateTime, macros::offset};

use crate::{
    domain::{DisplayName, Slip, TenantId},
    lab::world_of_2023::{PRINTING, World2023},
    report::{
        self, FontChain, PageCodes,
        slip_list::{Front, ListWriter, OwnedRow, Totals},
    },
    statements::exports::ExportLine,
};

/// SHA-256 of the file that holds all slips of the biller that prints, and nothing else.
pub(super) fn own_list(
    world: &World2023,
    fonts: Arc<FontChain>,
    line: &ExportLine,
    (tenant_id, requested_by): (TenantId, DisplayName),
    contact: &str,
    (page_code_key, rows_salt): (&[u8; 32], [u8; 16]),
) -> Result<[u8; 32], report::Error> {
    let slips: Vec<Slip> = world.slips_of(PRINTING).map(|it| it.as_stored()).collect();
    let biller = &world.billers[PRINTING];
    let front = Front {
        export_id: line.export_id,
        tenant_id,
        tenant_code: biller.code.clone(),
        tenant_name: biller.name.clone(),
        scope_words: line.scope.in_japanese(),
        ordered_at: line.ordered_at,
        requested_by,
        contact: contact.to_owned(),
        codes: PageCodes::new(page_code_key, line.export_id),
        rows_salt,
    };
    let totals = totals(&slips);
    let mut writer = ListWriter::new(io::sink(), fonts, front, totals)?;
    let rows: Vec<OwnedRow> = slips.into_iter().map(|slip| OwnedRow { tenant_id, slip }).collect();
    writer.push(&rows)?;
    Ok(writer.finish()?.sha256)
}

fn totals(slips: &[Slip]) -> Totals {
    let count = |what: &dyn Fn(&Slip) -> bool| {
        u32::try_from(slips.iter().filter(|it| what(it)).count()).unwrap_or(u32::MAX)
    };
    let today = OffsetDateTime::now_utc().to_offset(offset!(+9)).date();
    Totals {
        rows: count(&|_| true),
        amount_yen: slips.iter().map(|it| i64::from(it.amount_yen.get())).sum(),
        revenue_stamps: count(&|it| it.revenue_stamp),
        overdue: count(&|it| it.due_date.is_some_and(|due| due.date() < today)),
        first: slips.first().map(|it| it.id.clone()),
        last: slips.last().map(|it| it.id.clone()),
        tenant_rows: count(&|_| true),
    }
}
