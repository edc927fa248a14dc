//! A page of rows.

use crate::domain::Slip;
use crate::pdf::{Align, Form, Pen};
use crate::report::Error;
use crate::report::slip_list::layout::{CELL, GRID};
use crate::report::slip_list::{Front, PageDone, Totals, frame};
use crate::report::words::{digest_head, due, thousands};

/// What a page stands on: a drawing shared by all full pages, or one of its own.
pub(super) enum Ground<'a> {
    /// Header, table and alarm, drawn once for the document.
    Shared(&'a Form),
    /// The last page: as many rows as it has, and the grand total.
    Last(&'a Totals),
}

/// Draws a page: what it stands on, its rows, and its footer.
pub(super) fn draw(
    pen: &mut Pen<'_>,
    front: &Front,
    ground: Ground<'_>,
    slips: &[Slip],
    done: &PageDone,
    pages: u32,
) -> Result<(), Error> {
    match ground {
        Ground::Shared(form) => pen.form(form),
        Ground::Last(totals) => {
            shared(pen, front, slips.len())?;
            grand_total(pen, slips.len(), totals);
        }
    }
    for (place, slip) in slips.iter().enumerate() {
        row(pen, place, slip)?;
    }
    let sum = format!("頁計 {} 件　{} 円", thousands(done.rows.into()), thousands(done.amount_yen));
    let digest = format!("明細照合 {}", digest_head(&done.digest));
    frame::footer(pen, &format!("{} / {pages} 頁", done.page), &sum, &digest);
    Ok(())
}

/// Draws everything but the rows and the footer's figures.
pub(super) fn shared(pen: &mut Pen<'_>, front: &Front, rows: usize) -> Result<(), Error> {
    frame::header(pen, front)?;
    frame::table(pen, front, rows);
    frame::alarm(pen, front)
}

fn row(pen: &mut Pen<'_>, place: usize, slip: &Slip) -> Result<(), Error> {
    let reissue = slip.id.reissue_number.get().to_string();
    let due = due(slip.due_date);
    let stamp = if slip.revenue_stamp { "要" } else { "–" };
    let amount = thousands(slip.amount_yen.get().into());
    let cells = [
        ("bill_number", Align::Left, slip.id.bill_number.as_str()),
        ("reissue_number", Align::Center, &reissue),
        ("customer_number", Align::Left, slip.customer_number.as_str()),
        ("customer_name", Align::Left, slip.customer_name.as_str()),
        ("due_date", Align::Center, &due),
        ("revenue_stamp", Align::Center, stamp),
        ("amount_yen", Align::Right, &amount),
    ];
    for (column, (field, align, text)) in cells.into_iter().enumerate() {
        if !GRID.cell(pen, (place, column), align, CELL, text) {
            return Err(Error::DoesNotFit { field });
        }
    }
    Ok(())
}

fn grand_total(pen: &mut Pen<'_>, rows: usize, totals: &Totals) {
    let y = GRID.bottom(rows) + 6.5;
    let counts = format!(
        "総計　{} 件　印紙要 {} 件",
        thousands(totals.rows.into()),
        thousands(totals.revenue_stamps.into())
    );
    pen.text(GRID.left + 4.0, y, 10.0, &counts);
    let amount = format!("{} 円", thousands(totals.amount_yen));
    pen.text_right(GRID.x(7) - 4.0, y, 10.0, &amount);
    let (bottom, right) = (GRID.bottom(rows), GRID.x(7));
    pen.line((GRID.left, bottom), (right, bottom));
    pen.line((GRID.left, bottom), (GRID.left, bottom + GRID.row));
    pen.line((right, bottom), (right, bottom + GRID.row));
}
