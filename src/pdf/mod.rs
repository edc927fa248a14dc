//! Drawing kit for printed reports: fonts, a pen, tables, and a writer that never holds the file.
//!
//! **Invariant:** this room knows no slip, no tenant and no file path but those of its fonts, and it
//! uses no other room. printpdf and lopdf are used in `encoder` and `pen` only, and lopdf in `take` (and one test): printpdf turns typed
//! operations into content streams (all but bars, which are plain rectangles), and the file around them is ours, because printpdf 0.12.8 keeps
//! the whole document in memory, swallows write errors and draws a missing glyph without a word.

mod bars;
mod chain;
mod document;
mod embed;
mod encoder;
mod error;
mod face;
mod fit;
mod pen;
mod shape;
mod stream;
mod table;
mod take;
mod usage;

pub use bars::{Pitch, Symbol};
pub use chain::FontChain;
pub use document::{Document, Form, Meta, PageSize, Written};
pub use error::Error;
pub use fit::{Fit, Sizes};
pub use pen::{Pen, Sheet};
pub use stream::{Closed, Out};
pub use table::{Align, Grid};
pub use take::take_pages;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
