//! The fonts of a process, in the order in which they are asked for a character.

use std::path::Path;

use crate::pdf::Error;
use crate::pdf::face::Face;
use crate::pdf::shape;

/// 〓: drawn where no font has the character, as Japanese printers have always done.
pub(crate) const STAND_IN: char = '〓';

/// Font faces, loaded once per process and shared by every document.
pub struct FontChain {
    faces: Vec<Face>,
    stand_in: (usize, u16),
}

/// How one character, with its variation selector if it has one, is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawn {
    /// The face, by its place in the chain.
    pub(crate) face: usize,
    /// The code in the content stream.
    pub(crate) cid: u16,
    /// What the code says when text is copied.
    pub(crate) how: How,
}

/// What a drawn code says when text is copied out of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// The character itself.
    Own,
    /// Nothing yet: the glyph belongs to variation sequences only.
    Variant,
    /// Another character: the page must say which text it stands for. `missing` when the glyph is
    /// not the one that was asked for.
    StandsFor {
        /// The reader sees something else than was asked for.
        missing: bool,
    },
}

impl FontChain {
    /// Reads the faces from files, in the order in which they are to be asked.
    ///
    /// # Errors
    /// When a file cannot be read, is no single TrueType face with glyf outlines, or when no face
    /// has 〓.
    pub fn load<P: AsRef<Path>>(paths: &[P]) -> Result<FontChain, Error> {
        let faces =
            paths.iter().map(|it| Face::load(it.as_ref())).collect::<Result<Vec<_>, _>>()?;
        FontChain::new(faces)
    }

    pub(crate) fn new(faces: Vec<Face>) -> Result<FontChain, Error> {
        let stand_in = find(&faces, STAND_IN).ok_or(Error::NoStandIn)?;
        Ok(FontChain { faces, stand_in })
    }

    /// The faces.
    pub(crate) fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// The width of a text in points, at a size in points.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let thousandths: u32 =
            shape::clusters(text).map(|(c, selector)| self.thousandths(c, selector)).sum();
        // A cell holds a few hundred characters at most, far below what an f32 counts exactly.
        thousandths as f32 * size / 1000.0
    }

    /// True when a part of the text would be drawn as something else.
    pub fn lacks(&self, text: &str) -> bool {
        self.first_lacking(text).is_some()
    }

    /// The first character, counted from 1 in code points, that would be drawn as something else. With a variation
    /// selector behind it, it is the form that no font has.
    pub fn first_lacking(&self, text: &str) -> Option<usize> {
        let missing = How::StandsFor { missing: true };
        let mut place = 1;
        for (c, selector) in shape::clusters(text) {
            if self.resolve(c, selector).how == missing {
                return Some(place);
            }
            place += 1 + usize::from(selector.is_some());
        }
        None
    }

    /// The width of one cluster, in thousandths of an em.
    pub(crate) fn thousandths(&self, c: char, selector: Option<char>) -> u32 {
        let drawn = self.resolve(c, selector);
        self.faces[drawn.face].width(drawn.cid).into()
    }

    /// How a character is drawn: the first face that has the variant, else the first that has the
    /// character, else 〓. Never nothing, and never a font's own box for missing glyphs.
    pub(crate) fn resolve(&self, c: char, selector: Option<char>) -> Drawn {
        let Some(selector) = selector else {
            return match find(&self.faces, c) {
                Some((face, cid)) => Drawn { face, cid, how: How::Own },
                None => self.missing(self.stand_in),
            };
        };
        let variant = self.faces.iter().enumerate();
        let variant =
            variant.filter_map(|(face, it)| Some((face, it.variant(c, selector)?))).next();
        match variant {
            Some((face, cid)) if self.faces[face].owner(cid).is_none() => {
                Drawn { face, cid, how: How::Variant }
            }
            Some((face, cid)) => Drawn { face, cid, how: How::StandsFor { missing: false } },
            None => self.missing(find(&self.faces, c).unwrap_or(self.stand_in)),
        }
    }

    fn missing(&self, (face, cid): (usize, u16)) -> Drawn {
        Drawn { face, cid, how: How::StandsFor { missing: true } }
    }
}

impl std::fmt::Debug for FontChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.faces.iter().map(|it| &it.name)).finish()
    }
}

fn find(faces: &[Face], c: char) -> Option<(usize, u16)> {
    let mut faces = faces.iter().enumerate();
    faces.find_map(|(place, face)| Some((place, face.entries()[face.find(c)?].cid)))
}
