//! A report as text, JSON, SARIF, JUnit or HTML. None of them holds a value of a customer: a report has none.

mod diff;
mod fold;
mod history;
mod html;
mod json;
mod junit;
mod sarif;
mod text;
mod words;

pub use diff::{baseline, diff};
pub use fold::{fold, fold_comments};
pub use history::{history, history_diff};
pub use html::html;
pub use json::{SCHEMA_VERSION, json};
pub use junit::junit;
pub use sarif::sarif;
pub use text::{fixes, text};

/// In which language a report speaks. Findings themselves are in English: they hold names and SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Japanese.
    Ja,
}
