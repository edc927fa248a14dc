//! Drawing kit for printed reports: fonts, a pen, tables, and a writer that never holds the file.
//!
//! **Invariant:** this room knows no slip, no tenant and no file path but those of its fonts, and it
//! uses no other room. Exports are written by us to the last byte (`content`, `document`, `stream`). printpdf encodes small
//! documents (`printed`, `encoder`), and the tests hold ours against it, pixel by pixel. The file around its content streams is ours as well,
//! because printpdf 0.12.8 keeps the whole document in memory, swallows write errors and draws a missing glyph without a word. lopdf is
//! used in `encoder` and `take` (and one test) only.

mod bars;
mod chain;
mod content;
mod document;
mod embed;
mod encoder;
mod error;
mod face;
mod fit;
mod ink;
mod pack;
mod pen;
mod printed;
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
mod second_opinion;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
