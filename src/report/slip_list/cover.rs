//! The cover: how much follows, so that a wrong list is seen before it is printed.

use crate::pdf::Pen;
use crate::report::Error;
use crate::report::slip_list::layout::{CENTER, COVER, RIGHT, line};
use crate::report::slip_list::{Front, REPORT, Totals, frame};
use crate::report::words::{moment, short_code, thousands};

const LABEL: f32 = 120.0;
const VALUE: f32 = 240.0;
const EDGE: f32 = RIGHT - 92.0;
const STEP: f32 = 22.0;

/// Draws the cover of a list of `pages` pages.
pub(super) fn draw(
    pen: &mut Pen<'_>,
    front: &Front,
    totals: &Totals,
    pages: u32,
) -> Result<(), Error> {
    pen.text_center(CENTER, 540.0, 14.0, frame::CONFIDENTIAL);
    pen.text_center(CENTER, 500.0, 26.0, REPORT.title);
    let next = facts(pen, 460.0, front)?;
    pen.stroke(0.6, 0.35);
    pen.line((LABEL, next + 8.0), (EDGE, next + 8.0));
    let end = figures(pen, next - 12.0, totals, pages)?;
    let warning = format!(
        "この帳票は {} 頁（ほかに表紙 1 頁）。印刷前に件数を確認してください",
        thousands(pages.into())
    );
    pen.stroke(1.0, 0.0);
    let (left, right, top, bottom) = (LABEL, EDGE, end + 8.0, end - 27.0);
    for (from, to) in [
        ((left, top), (right, top)),
        ((right, top), (right, bottom)),
        ((right, bottom), (left, bottom)),
        ((left, bottom), (left, top)),
    ] {
        pen.line(from, to);
    }
    pen.text_center((left + right) / 2.0, end - 15.0, 15.0, &warning);
    frame::alarm(pen, front)?;
    frame::footer(pen, "表紙", "", "");
    Ok(())
}

/// Draws whose export it is, and returns the height below it.
pub(super) fn facts(pen: &mut Pen<'_>, top: f32, front: &Front) -> Result<f32, Error> {
    let tenant = format!("{} {}", front.tenant_code.as_str(), front.tenant_name.as_str());
    let export = format!("{}（短縮コード {}）", front.export_id.0, short_code(front.export_id));
    let facts = [
        ("収納企業", "tenant_name", tenant),
        ("抽出条件", "scope_words", front.scope_words.clone()),
        ("出力日時", "ordered_at", moment(front.ordered_at)),
        ("出力者", "requested_by", front.requested_by.as_str().to_owned()),
        ("出力番号", "export_id", export),
    ];
    list(pen, top, facts)
}

fn figures(pen: &mut Pen<'_>, top: f32, totals: &Totals, pages: u32) -> Result<f32, Error> {
    let count = |it: u32| format!("{} 件", thousands(it.into()));
    let id = |it: &Option<crate::domain::SlipId>| match it {
        Some(it) => {
            format!("{}（再発行区分 {}）", it.bill_number.as_str(), it.reissue_number.get())
        }
        None => "–".to_owned(),
    };
    let figures = [
        ("総件数", "rows", count(totals.rows)),
        ("総金額", "amount_yen", format!("{} 円", thousands(totals.amount_yen))),
        ("印紙要", "revenue_stamps", count(totals.revenue_stamps)),
        ("期限切れ", "overdue", count(totals.overdue)),
        ("先頭の請求番号", "first", id(&totals.first)),
        ("末尾の請求番号", "last", id(&totals.last)),
        ("頁数", "pages", format!("{} 頁", thousands(pages.into()))),
        ("自社の登録総件数", "tenant_rows", count(totals.tenant_rows)),
    ];
    list(pen, top, figures)
}

fn list<const COUNT: usize>(
    pen: &mut Pen<'_>,
    top: f32,
    items: [(&str, &'static str, String); COUNT],
) -> Result<f32, Error> {
    let mut y = top;
    for (label, field, value) in items {
        pen.text(LABEL, y, 11.0, label);
        y -= line(pen, (VALUE, y, EDGE), COVER, field, &value)? + STEP;
    }
    Ok(y)
}
