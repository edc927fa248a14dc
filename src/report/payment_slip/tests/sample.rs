//! Made-up slips, and files drawn from them.

use std::sync::Arc;

use time::macros::datetime;

use crate::domain::{
    AmountYen, BillNumber, ConsumptionTaxYen, CustomerName, CustomerNumber, DisplayName, DueDate,
    ExportId, Issuer, IssuerCode, PrintMode, PrintedLine, ReissueNumber, Slip, SlipId, SlipPrint,
    TenantCode, TenantId, TenantName,
};
use crate::pdf::FontChain;
use crate::pdf::testing::fonts;
use crate::report::payment_slip::{OwnedIssued, SlipWriter};
use crate::report::{Error, Finished, Front, PageCodes, PageDone, Totals, Writer};

pub(super) const TENANT: TenantId = TenantId(12);

pub(super) fn front() -> Front {
    Front {
        export_id: ExportId(uuid::uuid!("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d")),
        tenant_id: TENANT,
        tenant_code: TenantCode::new("67890").expect("a code"),
        tenant_name: TenantName::new("見本学園同窓会").expect("a name"),
        scope_words: "自社の全件".to_owned(),
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

pub(super) fn issuer() -> Issuer {
    let line = |text: &str| PrintedLine::new("line", text).expect("fits");
    Issuer {
        issuer_code: IssuerCode::new("912345").expect("a code"),
        payee_name: line("見本学園同窓会"),
        collector_name: line("見本収納サービス株式会社"),
        slip_purpose: Some(line("同窓会費（見本）")),
        slip_remarks: Some(line("分割してのお支払いはできません")),
    }
}

/// The seed's slip: 10,800 yen, 800 of them tax, due on the last day of 2015. Its bars are a golden vector.
pub(super) fn seed() -> OwnedIssued {
    slip("0123456789012345", "淡路　太郎", 10_800, Some(800), Some("2015-12-31"))
}

pub(super) fn slip(
    bill: &str,
    name: &str,
    yen: i32,
    tax: Option<i32>,
    due: Option<&str>,
) -> OwnedIssued {
    let amount_yen = AmountYen::new(yen).expect("an amount");
    let tax = tax.map(|it| ConsumptionTaxYen::new(it, amount_yen).expect("a tax"));
    let slip = Slip {
        id: SlipId {
            bill_number: BillNumber::new(bill).expect("sixteen digits"),
            reissue_number: ReissueNumber::FIRST,
        },
        customer_number: CustomerNumber::new("C0000001").expect("a number"),
        customer_name: CustomerName::new(name).expect("a name"),
        due_date: due.map(|it| DueDate::parse(it).expect("a day")),
        revenue_stamp: 50_000 <= yen - tax.map_or(0, ConsumptionTaxYen::get),
        amount_yen,
    };
    OwnedIssued { tenant_id: TENANT, slip, consumption_tax_yen: tax }
}

pub(super) fn totals(rows: &[OwnedIssued]) -> Totals {
    Totals {
        rows: rows.len() as u32,
        amount_yen: rows.iter().map(|it| i64::from(it.slip.amount_yen.get())).sum(),
        revenue_stamps: rows.iter().filter(|it| it.slip.revenue_stamp).count() as u32,
        overdue: 0,
        first: rows.first().map(|it| it.slip.id.clone()),
        last: rows.last().map(|it| it.slip.id.clone()),
        tenant_rows: rows.len() as u32 + 5,
    }
}

pub(super) fn overprint(x: i16, y: i16) -> SlipPrint {
    let offset = crate::domain::Offset::new(x, y).expect("fits");
    SlipPrint { mode: PrintMode::Overprint(offset), ..SlipPrint::PLAIN }
}

pub(super) fn begin(totals: Totals, print: SlipPrint) -> Result<SlipWriter<Vec<u8>>, Error> {
    SlipWriter::new(Vec::new(), fonts(), (front(), issuer()), print, totals)
}

type Drawn = (Vec<PageDone>, Finished<Vec<u8>>);

pub(super) fn try_draw(
    fonts: Arc<FontChain>,
    rows: &[OwnedIssued],
    print: SlipPrint,
) -> Result<Drawn, Error> {
    let mut writer = SlipWriter::new(Vec::new(), fonts, (front(), issuer()), print, totals(rows))?;
    let done = writer.push(rows)?;
    Ok((done, Box::new(writer).finish()?))
}

pub(super) fn draw(rows: &[OwnedIssued], print: SlipPrint) -> Vec<u8> {
    try_draw(fonts(), rows, print).expect("they fit").1.out
}
