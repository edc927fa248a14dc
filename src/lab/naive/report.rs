//! The twin's list report. **What must not be done:** it draws every row it is given, under the name of
//! whoever asked, and says nothing of how many there should be.
//!
//! The last column is the lab's own: the code of the biller that a row really belongs to.

use std::{io::Write, sync::Arc};

use time::macros::datetime;

use crate::{
    domain::{DueDate, LIST_ROWS_PER_PAGE, TenantCode, TenantName, list_pages},
    lab::{
        naive::{Error, NaiveRow},
        world_of_2023::World2023,
    },
    pdf::{Align, Document, Form, Grid, Meta, PageSize, Pen, Sizes},
    report::FontChain,
};

const LEFT: f32 = 28.3;
const RIGHT: f32 = 813.6;
const HEADS: [&str; 8] =
    ["請求番号", "再発行区分", "顧客番号", "顧客名", "支払期限", "印紙", "請求金額", "実の所有者"];
const GRID: Grid<8> = Grid {
    left: LEFT,
    top: 520.0,
    widths: [104.0, 50.0, 128.0, 272.3, 66.0, 34.0, 75.0, 56.0],
    head: 17.0,
    row: 20.0,
};
const CELL: Sizes = Sizes { base: 9.5, one_line_min: 6.0, two_lines: Some((7.5, 5.0)) };

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Pages in the file.
    pub pages: u32,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

pub(super) fn draw<W: Write>(
    out: W,
    fonts: Arc<FontChain>,
    world: &World2023,
    printing: (&TenantCode, &TenantName),
    rows: &[NaiveRow],
) -> Result<Drawn, Error> {
    let meta = Meta {
        title: "払込票データ一覧表(再現)".to_owned(),
        created: datetime!(2023-03-20 09:00 +9),
    };
    let mut document = Document::new(out, fonts, meta, PageSize::A4_LANDSCAPE)?;
    let mut pen = document.pen();
    frame(&mut pen, printing);
    let sheet = pen.finish();
    let form = document.add_form(sheet)?;
    let promised = list_pages(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    let mut pages = 0;
    for rows in rows.chunks(LIST_ROWS_PER_PAGE as usize) {
        pages += 1;
        let mut pen = document.pen();
        page(&mut pen, &form, world, rows)?;
        pen.text_center((LEFT + RIGHT) / 2.0, 40.0, 9.5, &format!("{pages} / {promised} 頁"));
        let sheet = pen.finish();
        document.add_page(sheet)?;
    }
    let written = document.finish()?;
    Ok(Drawn { pages, bytes: written.bytes, sha256: written.sha256 })
}

/// What every page has. The name above the rows is that of whoever asked, whosever the rows are.
fn frame(pen: &mut Pen<'_>, (code, name): (&TenantCode, &TenantName)) {
    pen.text(LEFT, 561.0, 14.0, "払込票データ一覧表");
    pen.text_right(RIGHT, 561.0, 9.0, "2023年3月20日の事故の再現。人も会社も実在しない。");
    pen.text(LEFT, 545.0, 8.5, &format!("収納企業 {} {}", code.as_str(), name.as_str()));
    pen.text_right(RIGHT, 545.0, 8.5, "右端の欄は再現のための注記");
    pen.grey(0.93);
    pen.fill(LEFT, GRID.top - GRID.head, RIGHT - LEFT, GRID.head);
    pen.grey(0.0);
    pen.stroke(0.4, 0.35);
    GRID.rules(pen, LIST_ROWS_PER_PAGE as usize);
    GRID.heads(pen, HEADS, 8.0);
}

fn page(pen: &mut Pen<'_>, form: &Form, world: &World2023, rows: &[NaiveRow]) -> Result<(), Error> {
    pen.form(form);
    for (place, NaiveRow { biller, slip }) in rows.iter().enumerate() {
        let reissue = slip.id.reissue_number.get().to_string();
        let due = slip
            .due_date
            .map_or("期限なし".to_owned(), |it| DueDate::iso(it).replace('-', "/"));
        let amount = slip.amount_yen.get().to_string();
        let owner = world.billers.get(*biller).map_or("?", |it| it.code.as_str());
        let cells = [
            (Align::Left, slip.id.bill_number.as_str()),
            (Align::Center, &reissue),
            (Align::Left, slip.customer_number.as_str()),
            (Align::Left, slip.customer_name.as_str()),
            (Align::Center, &due),
            (Align::Center, if slip.revenue_stamp { "要" } else { "–" }),
            (Align::Right, &amount),
            (Align::Center, owner),
        ];
        for (column, (align, text)) in cells.into_iter().enumerate() {
            if !GRID.cell(pen, (place, column), align, CELL, text) {
                return Err(Error::DoesNotFit);
            }
        }
    }
    Ok(())
}
