//! Pages of the list report (払込票データ一覧表).

/// Rows on one page, as the report of the accident had them.
pub const LIST_ROWS_PER_PAGE: u32 = 20;

/// Pages of one list at most.
pub const LIST_PAGES_MAX: u32 = 2_000;

/// Rows of one list at most. One more is refused, never cut off.
pub const LIST_ROWS_MAX: u32 = LIST_ROWS_PER_PAGE * LIST_PAGES_MAX;

/// 払込票 of one export at most, one to a page. One more is refused, never cut off.
pub const PAYMENT_SLIPS_MAX: u32 = 10_000;

/// Pages of rows for this many rows, without the cover. An empty list has one page that says so.
pub const fn list_pages(rows: u32) -> u32 {
    if rows == 0 { 1 } else { rows.div_ceil(LIST_ROWS_PER_PAGE) }
}
