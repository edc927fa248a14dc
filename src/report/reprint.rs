//! Pages of a report that was drawn before.

use crate::{domain::PageSpan, pdf, report::Error};

/// Takes pages of rows out of a drawn file, which has so many of them after its cover, if it has one.
///
/// # Errors
/// When the file is not one of ours, or has no such pages.
pub fn take_pages(file: &[u8], pages: PageSpan, of: u32) -> Result<Vec<u8>, Error> {
    Ok(pdf::take_pages(file, pages.first(), pages.last(), of)?)
}
