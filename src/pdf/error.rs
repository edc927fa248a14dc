//! What can go wrong while drawing and writing a PDF.

use std::path::PathBuf;

/// Why a font could not be used, or a file not be written. Never holds any of the drawn text.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A font file could not be read.
    #[error("font {path}: cannot be read")]
    FontUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A font of a kind that this writer does not embed.
    #[error(
        "font {path}: is {kind}; only a single TrueType face with glyf outlines can be used, \
         for example IPAexGothic (ipaexg.ttf) or IPAmjMincho (ipamjm.ttf)"
    )]
    FontKind {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        kind: &'static str,
    },
    /// A font without a usable table, or with more characters than a CID font can hold.
    #[error("font {path}: {what}")]
    FontBroken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The chain lacks 〓, which stands for every character it has no glyph for.
    #[error("no font of the chain has 〓 (U+3013), the sign for a missing character")]
    NoStandIn,
    /// A font could not be cut down to its used glyphs.
    #[error("a font could not be subset: {0}")]
    Subset(subsetter::Error),
    /// A subset lacks a glyph that was drawn: it would be printed as the font's empty box.
    #[error("a subset lacks a glyph that was drawn")]
    GlyphLost,
    /// printpdf reported something, or left out a page.
    #[error(
        "the page encoder reported {warnings} warnings and returned {pages} of {expected} pages"
    )]
    Encoder {
        /// Warnings reported.
        warnings: usize,
        /// Pages that came back.
        pages: usize,
        /// Pages sent in.
        expected: usize,
    },
    /// A stream could not be compressed.
    #[error("a stream could not be compressed")]
    Compress,
    /// An object was promised to readers of the file but never written, or written twice.
    #[error("object {0} of the file was not written exactly once")]
    Object(u32),
    /// The file grew past what its cross-reference table can address (ten digits).
    #[error("the file is too large")]
    TooLarge,
    /// Pages were to be taken out of what is no document, or has not these pages.
    #[error("the pages cannot be taken out of the file")]
    Taken,
    /// The bytes could not be written.
    #[error("the file cannot be written")]
    Write(#[from] std::io::Error),
}
