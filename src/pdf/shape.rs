//! Text to glyphs: which face draws which character, and what must be said about it.

use crate::pdf::FontChain;
use crate::pdf::chain::How;
use crate::pdf::usage::Usage;

/// One glyph of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A character that stands for itself.
    Own { c: char, cid: u16 },
    /// A glyph that already says the right text.
    Glyph { cid: u16 },
    /// A glyph that stands for another text, which must be said with `/ActualText`.
    StandsFor { cid: u16, text: String },
}

/// True for a variation selector: it asks for a form of the character before it.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// True for a mark that must stay on the line of the character before it.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{3099}' | '\u{309A}')
}

/// The characters of a text, each with its variation selector. A selector with nothing before it is
/// a character of its own, so that it is seen and not dropped.
pub(crate) fn clusters(text: &str) -> impl Iterator<Item = (char, Option<char>)> {
    let mut chars = text.chars().peekable();
    std::iter::from_fn(move || {
        let c = chars.next()?;
        let selector = if is_selector(c) { None } else { chars.next_if(|it| is_selector(*it)) };
        Some((c, selector))
    })
}

/// Hands out the glyphs of a text in order, each with the place of its face in the chain, and notes what the document
/// now draws.
pub(crate) fn shape(
    chain: &FontChain,
    usage: &mut Usage,
    text: &str,
    mut draw: impl FnMut(usize, Piece),
) {
    for (c, selector) in clusters(text) {
        let drawn = chain.resolve(c, selector);
        let (face, cid) = (drawn.face, drawn.cid);
        let noted = &mut usage.faces[face];
        if let Some(entry) = chain.faces()[face].owner(cid) {
            noted.note(entry);
        }
        if drawn.how == How::Own {
            draw(face, Piece::Own { c, cid });
            continue;
        }
        let text: String = [Some(c), selector].into_iter().flatten().collect();
        match drawn.how {
            // The first text that asks for the glyph has it; another one must be said in place.
            How::Variant if *noted.variants.entry(cid).or_insert_with(|| text.clone()) == text => {
                draw(face, Piece::Glyph { cid });
            }
            how => {
                if how == (How::StandsFor { missing: true }) {
                    *usage.missing.entry(text.clone()).or_default() += 1;
                }
                draw(face, Piece::StandsFor { cid, text });
            }
        }
    }
}
