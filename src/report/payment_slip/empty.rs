//! The one page of an export without slips: it says so, and there is nothing on it that could be paid.

use crate::pdf::Pen;
use crate::report::Front;
use crate::report::words::{moment, short_code};

/// Draws the page.
pub(super) fn draw(pen: &mut Pen<'_>, front: &Front) {
    pen.text_center(297.6, 500.0, 28.0, "該当なし");
    pen.text_center(297.6, 465.0, 12.0, "抽出条件に合う払込票はありません（0 件）");
    for (line, text) in [
        format!("収納企業 {}", front.tenant_code.as_str()),
        format!("出力日時 {}", moment(front.ordered_at)),
        format!("短縮コード {}", short_code(front.export_id)),
    ]
    .iter()
    .enumerate()
    {
        pen.text_center(297.6, 425.0 - line as f32 * 16.0, 10.0, text);
    }
}
