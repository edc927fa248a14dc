//! What every page has: whose list it is above the table, and what to do when it is wrong below.

use crate::pdf::Pen;
use crate::report::Error;
use crate::report::slip_list::layout::{
    CENTER, CLOSE_LINE, GRID, HEAD_SIZE, HEADS, LEFT, LINE, MARK_GREY, MARK_SIZE, RIGHT, line,
};
use crate::report::slip_list::{Front, REPORT};
use crate::report::words::{moment, short_code};

/// What nobody outside the company may see.
pub(super) const CONFIDENTIAL: &str = "【社外秘・個人情報】";

/// What to do when the list is not only the tenant's own.
const ALARM: &str = "発行元以外の収納企業名が見える場合は直ちに停止し連絡";

/// Draws the lines above the table.
pub(super) fn header(pen: &mut Pen<'_>, front: &Front) -> Result<(), Error> {
    let code = front.tenant_code.as_str();
    pen.text(LEFT, 561.0, 14.0, REPORT.title);
    pen.text_center(CENTER, 561.0, 11.0, CONFIDENTIAL);
    pen.text_right(RIGHT, 561.0, 9.0, &format!("短縮コード {}", short_code(front.export_id)));
    let export = format!("出力番号 {}", front.export_id.0);
    let edge = RIGHT - pen.fonts().width(&export, 8.5) - 12.0;
    pen.text_right(RIGHT, 545.0, 8.5, &export);
    let tenant = format!("収納企業 {code} {}", front.tenant_name.as_str());
    line(pen, (LEFT, 545.0, edge), CLOSE_LINE, "tenant_name", &tenant)?;
    let ordered = format!("出力日時 {}", moment(front.ordered_at));
    let edge = RIGHT - pen.fonts().width(&ordered, 8.5) - 12.0;
    pen.text_right(RIGHT, 532.0, 8.5, &ordered);
    let person = format!("出力者 {}", front.requested_by.as_str());
    line(pen, (LEFT, 532.0, edge), CLOSE_LINE, "requested_by", &person)?;
    let scope = format!("抽出条件 {}", front.scope_words);
    line(pen, (LEFT, 519.0, RIGHT), LINE, "scope_words", &scope)?;
    Ok(())
}

/// Draws the table's rules and heads, with the tenant's code beside each of `rows` rows.
pub(super) fn table(pen: &mut Pen<'_>, front: &Front, rows: usize) {
    pen.grey(0.93);
    pen.fill(LEFT, GRID.top - GRID.head, RIGHT - LEFT, GRID.head);
    pen.grey(0.0);
    pen.stroke(0.4, 0.35);
    GRID.rules(pen, rows);
    GRID.heads(pen, HEADS, HEAD_SIZE);
    pen.grey(MARK_GREY);
    for row in 0..rows {
        let y = GRID.bottom(row) + (GRID.row - MARK_SIZE) / 2.0 + 1.0;
        pen.text_center(RIGHT - GRID.widths[7] / 2.0, y, MARK_SIZE, front.tenant_code.as_str());
    }
    pen.grey(0.0);
}

/// Draws the last line of every page: when to stop, and whom to call.
pub(super) fn alarm(pen: &mut Pen<'_>, front: &Front) -> Result<(), Error> {
    pen.stroke(0.4, 0.35);
    pen.line((LEFT, 60.0), (RIGHT, 60.0));
    let text = format!("{ALARM}　連絡先 {}", front.contact);
    line(pen, (LEFT, 35.0, RIGHT), LINE, "contact", &text)?;
    Ok(())
}

/// Draws the line above the last: the page, and what it holds.
pub(super) fn footer(pen: &mut Pen<'_>, number: &str, sum: &str, digest: &str) {
    pen.text(LEFT, 48.0, 8.5, sum);
    pen.text_center(CENTER, 48.0, 9.5, number);
    pen.text_right(RIGHT, 48.0, 8.5, digest);
}
