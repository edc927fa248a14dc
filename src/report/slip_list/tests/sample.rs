//! Made-up rows, and a list drawn from them.

use std::sync::Arc;

use time::macros::datetime;

use crate::domain::{
    AmountYen, BillNumber, CustomerName, CustomerNumber, DisplayName, DueDate, ExportId,
    ReissueNumber, Slip, SlipId, TenantCode, TenantId, TenantName,
};
use crate::pdf::FontChain;
use crate::pdf::testing::fonts;
use crate::report::PageCodes;
use crate::report::slip_list::{Finished, Front, ListWriter, OwnedRow, PageDone, Totals};

/// The tenant whose list it is.
pub(super) const TENANT: TenantId = TenantId(12);

/// Names that printers get wrong.
pub(super) const HARD_NAMES: [&str; 9] = [
    "髙橋　﨑子",
    "𠮷田　太郎",
    "槗本　花子",
    "𣘺本　德",
    "葛\u{E0100}城　一",
    "⽇本　商事",
    "\u{FA19}谷　翔",
    "丽　明",
    "日本　商事",
];

pub(super) fn front() -> Front {
    Front {
        export_id: ExportId(uuid::uuid!("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d")),
        tenant_id: TENANT,
        tenant_code: TenantCode::new("00012").expect("a code"),
        tenant_name: TenantName::new("見本学園同窓会").expect("a name"),
        scope_words: "支払期限 2026-04-01 以降、支払期限 2026-12-31 以前".to_owned(),
        ordered_at: datetime!(2026-04-20 01:15:00 UTC),
        requested_by: DisplayName::new("会計担当").expect("a name"),
        contact: "収納代行サービス窓口 03-0000-0000".to_owned(),
        codes: PageCodes::new(
            &[7; 32],
            ExportId(uuid::uuid!("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d")),
        ),
        rows_salt: [9; 16],
    }
}

/// A row; its values follow from its number.
pub(super) fn row(number: u32) -> OwnedRow {
    let amount = 1_000 + (number * 7_919) % 299_000;
    let name = HARD_NAMES[number as usize % HARD_NAMES.len()];
    let day = time::Date::from_ordinal_date(2026, (1 + number % 365) as u16).expect("a day");
    let slip = Slip {
        id: SlipId {
            bill_number: BillNumber::new(&format!("{:016}", 4_000_000_000 + number / 2))
                .expect("sixteen digits"),
            reissue_number: ReissueNumber::new((number % 2) as i16).expect("0 or 1"),
        },
        customer_number: CustomerNumber::new(&format!("C{number:07}")).expect("a number"),
        customer_name: CustomerName::new(name).expect("a name"),
        due_date: (number % 10 != 3).then(|| DueDate::new(day).expect("a date")),
        revenue_stamp: 50_000 <= amount,
        amount_yen: AmountYen::new(amount as i32).expect("an amount"),
    };
    OwnedRow { tenant_id: TENANT, slip }
}

pub(super) fn rows(count: u32) -> Vec<OwnedRow> {
    (0..count).map(row).collect()
}

/// What a database that counts right says about rows.
pub(super) fn totals(rows: &[OwnedRow]) -> Totals {
    Totals {
        rows: rows.len() as u32,
        amount_yen: rows.iter().map(|it| i64::from(it.slip.amount_yen.get())).sum(),
        revenue_stamps: rows.iter().filter(|it| it.slip.revenue_stamp).count() as u32,
        overdue: rows.len() as u32 / 5,
        first: rows.first().map(|it| it.slip.id.clone()),
        last: rows.last().map(|it| it.slip.id.clone()),
        tenant_rows: rows.len() as u32 + 1_234,
    }
}

pub(super) fn writer(totals: Totals) -> ListWriter<Vec<u8>> {
    ListWriter::new(Vec::new(), fonts(), front(), totals).expect("a cover")
}

pub(super) fn draw(fonts: Arc<FontChain>, rows: &[OwnedRow]) -> (Vec<PageDone>, Finished<Vec<u8>>) {
    let mut list = ListWriter::new(Vec::new(), fonts, front(), totals(rows)).expect("a cover");
    let mut done = Vec::new();
    for block in rows.chunks(1_000) {
        done.extend(list.push(block).expect("the rows are in order"));
    }
    (done, list.finish().expect("all rows came"))
}
