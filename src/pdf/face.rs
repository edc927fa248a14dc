//! One TrueType face: characters to CIDs, glyphs and widths.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use ttf_parser::GlyphId;

use crate::pdf::Error;

/// One character of a face.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// The character.
    pub(crate) char: char,
    /// The code that stands for it in content streams. No other character has it.
    pub(crate) cid: u16,
    /// The glyph in the font file.
    pub(crate) glyph: u16,
}

/// Variation sequences that a face remembers: more than fonts for names of people have in use.
const VARIANTS_MAX: usize = 16_384;

/// Marks a place in an index that leads nowhere.
const NOWHERE: u32 = u32::MAX;

/// A face, read once. The font program stays in memory because it is subset for every document.
pub(crate) struct Face {
    /// PostScript name.
    pub(crate) name: String,
    /// The whole font file.
    pub(crate) data: Vec<u8>,
    /// Ascent, descent and capital height, in thousandths of an em.
    pub(crate) heights: [i32; 3],
    /// The box around every glyph, in thousandths of an em.
    pub(crate) bounds: [i32; 4],
    entries: Vec<Entry>,
    /// Character of the basic plane -> place in `entries`.
    basic: Vec<u32>,
    /// CID -> place in `entries`. A CID of no character stands for the glyph of that number.
    owner: Vec<u32>,
    /// Width of each glyph, in thousandths of an em.
    widths: Vec<u16>,
    /// Variation sequences that were asked for, and what draws each: to find one, the font's tables are read.
    variants: Mutex<HashMap<(char, char), Option<u16>>>,
}

impl Face {
    /// Reads a face from a file.
    pub(crate) fn load(path: &Path) -> Result<Face, Error> {
        let data = std::fs::read(path)
            .map_err(|source| Error::FontUnreadable { path: path.to_owned(), source })?;
        Face::parse(data, path)
    }

    /// Reads a face; `path` is for messages only.
    pub(crate) fn parse(data: Vec<u8>, path: &Path) -> Result<Face, Error> {
        let kind = |kind| Error::FontKind { path: path.to_owned(), kind };
        let broken = |what| Error::FontBroken { path: path.to_owned(), what };
        match data.get(..4) {
            Some(b"OTTO") => return Err(kind("an OpenType font with CFF outlines (OTTO)")),
            Some(b"ttcf") => return Err(kind("a font collection (ttcf)")),
            Some(b"\x00\x01\x00\x00" | b"true") => {}
            _ => return Err(kind("no TrueType font")),
        }
        let face = ttf_parser::Face::parse(&data, 0).map_err(|_| broken("cannot be parsed"))?;
        if face.tables().glyf.is_none() {
            return Err(kind("a font without a glyf table"));
        }
        let units = i32::from(face.units_per_em());
        let thousandths = |value: i32| value * 1000 / units;
        let glyphs = face.number_of_glyphs();
        let entries = assign_cids(&characters(&face), glyphs)
            .ok_or_else(|| broken("has more characters than a CID font can hold"))?;
        let widths = (0..glyphs)
            .map(|it| face.glyph_hor_advance(GlyphId(it)).unwrap_or(0))
            .map(|it| u16::try_from(thousandths(it.into())).map_err(|_| broken("is too wide")))
            .collect::<Result<_, _>>()?;
        let bounds = face.global_bounding_box();
        let bounds = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max];
        let capital = face.capital_height().unwrap_or(face.ascender());
        Ok(Face {
            name: post_script_name(&face),
            heights: [face.ascender(), face.descender(), capital].map(|it| thousandths(it.into())),
            bounds: bounds.map(|it| thousandths(it.into())),
            basic: index(&entries, 0x1_0000, |it| it.char as usize),
            owner: index(&entries, usize::from(u16::MAX) + 1, |it| it.cid.into()),
            entries,
            widths,
            variants: Mutex::default(),
            data,
        })
    }

    /// Every character, in order.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Where a character is in [`Self::entries`].
    pub(crate) fn find(&self, c: char) -> Option<usize> {
        match self.basic.get(c as usize) {
            Some(&NOWHERE) => None,
            Some(&place) => Some(place as usize),
            None => self.entries.binary_search_by_key(&c, |it| it.char).ok(),
        }
    }

    /// The character that owns a CID, as a place in [`Self::entries`].
    pub(crate) fn owner(&self, cid: u16) -> Option<usize> {
        match self.owner[usize::from(cid)] {
            NOWHERE => None,
            place => Some(place as usize),
        }
    }

    /// The CID that draws a character in the form a variation selector asks for.
    pub(crate) fn variant(&self, c: char, selector: char) -> Option<u16> {
        let mut variants = self.variants.lock().unwrap_or_else(PoisonError::into_inner);
        if VARIANTS_MAX <= variants.len() {
            variants.clear();
        }
        *variants.entry((c, selector)).or_insert_with(|| self.find_variant(c, selector))
    }

    fn find_variant(&self, c: char, selector: char) -> Option<u16> {
        let face = ttf_parser::Face::parse(&self.data, 0).ok()?;
        let glyph = face.glyph_variation_index(c, selector)?.0;
        // A default variant is the character's own glyph, whose CID may be another number.
        match self.find(c).map(|it| self.entries[it]) {
            Some(own) if own.glyph == glyph => Some(own.cid),
            _ => (glyph != 0).then_some(glyph),
        }
    }

    /// The glyph that a CID draws.
    pub(crate) fn glyph(&self, cid: u16) -> u16 {
        self.owner(cid).map_or(cid, |it| self.entries[it].glyph)
    }

    /// The width of a CID, in thousandths of an em.
    pub(crate) fn width(&self, cid: u16) -> u16 {
        self.widths.get(usize::from(self.glyph(cid))).copied().unwrap_or(0)
    }
}

fn index(entries: &[Entry], length: usize, key: impl Fn(&Entry) -> usize) -> Vec<u32> {
    let mut index = vec![NOWHERE; length];
    for (place, entry) in (0u32..).zip(entries) {
        if let Some(slot) = index.get_mut(key(entry)) {
            *slot = place;
        }
    }
    index
}

fn characters(face: &ttf_parser::Face<'_>) -> BTreeMap<char, u16> {
    let mut characters = BTreeMap::new();
    for table in face.tables().cmap.into_iter().flat_map(|it| it.subtables) {
        if table.is_unicode() {
            table.codepoints(|code| {
                let glyph = table.glyph_index(code).map_or(0, |it| it.0);
                if let (Some(c), true) = (char::from_u32(code), glyph != 0) {
                    characters.insert(c, glyph);
                }
            });
        }
    }
    characters
}

/// Gives every character a CID of its own, so that copied text is exact: 日 (U+65E5) and ⽇ (U+2F47)
/// share a glyph in most fonts. The ordinary character has the glyph's number, the others follow
/// after the last glyph. `None` when the numbers run out.
fn assign_cids(characters: &BTreeMap<char, u16>, glyphs: u16) -> Option<Vec<Entry>> {
    let ordinary = |c: char| c < '\u{2E80}' || ('\u{4E00}'..='\u{9FFF}').contains(&c);
    let mut owners: BTreeMap<u16, char> = BTreeMap::new();
    for (&c, &glyph) in characters {
        let owner = owners.entry(glyph).or_insert(c);
        if !ordinary(*owner) && ordinary(c) {
            *owner = c;
        }
    }
    let mut next = Some(glyphs);
    let entry = |(&char, &glyph): (&char, &u16)| {
        if owners.get(&glyph) == Some(&char) {
            return Some(Entry { char, cid: glyph, glyph });
        }
        let cid = next?;
        next = cid.checked_add(1);
        Some(Entry { char, cid, glyph })
    };
    characters.iter().map(entry).collect()
}

fn post_script_name(face: &ttf_parser::Face<'_>) -> String {
    let name = face.names().into_iter().find(|it| it.name_id == 6 && it.is_unicode());
    let name = name.and_then(|it| it.to_string()).unwrap_or_default();
    // A PDF name: other characters would need escapes, and readers show it to nobody.
    let name: String = name.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '-').collect();
    if name.is_empty() { "Font".to_owned() } else { name }
}
