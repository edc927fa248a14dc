//! The one page of a list without rows: it says so, instead of an error or of everything.

use crate::pdf::Pen;
use crate::report::Error;
use crate::report::digest::Rows;
use crate::report::slip_list::layout::CENTER;
use crate::report::slip_list::{Front, Totals, cover, frame};
use crate::report::words::{digest_head, thousands};

/// Draws the page.
pub(super) fn draw(pen: &mut Pen<'_>, front: &Front, totals: &Totals) -> Result<(), Error> {
    frame::header(pen, front)?;
    pen.text_center(CENTER, 430.0, 28.0, "該当なし");
    pen.text_center(CENTER, 395.0, 12.0, "抽出条件に合う払込票はありません（0 件、0 円）");
    let end = cover::facts(pen, 340.0, front)?;
    let all = format!("自社の登録総件数 {} 件", thousands(totals.tenant_rows.into()));
    pen.text_center(CENTER, end - 20.0, 12.0, &all);
    frame::alarm(pen, front)?;
    let digest = format!("明細照合 {}", digest_head(&Rows::default().finish()));
    frame::footer(pen, "1 / 1 頁", "頁計 0 件　0 円", &digest);
    Ok(())
}
