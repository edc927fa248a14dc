//! Embeds a face: the glyphs a document used, their widths, and the text they stand for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write;

use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use crate::pdf::face::Face;
use crate::pdf::{Error, Out};

/// Writes a face as a CID font (ISO 32000-1, 9.7) and returns the number of its object.
///
/// Content streams carry CIDs that were fixed before any glyph was used; `/CIDToGIDMap` leads them
/// into the subset. So fonts come last, and no page waits for them.
pub(crate) fn embed<W: Write>(
    out: &mut Out<W>,
    face: &Face,
    drawn: &BTreeMap<u16, String>,
) -> Result<u32, Error> {
    let glyphs: BTreeSet<u16> = drawn.keys().map(|cid| face.glyph(*cid)).collect();
    let mut remapper = GlyphRemapper::new();
    for glyph in glyphs {
        remapper.remap(glyph);
    }
    let program = subsetter::subset(&face.data, 0, &remapper).map_err(Error::Subset)?;
    let name = format!("{}+{}", tag(&program), face.name);

    let [font, descendant, descriptor, file, unicode, map] = [(); 6].map(|()| out.reserve());
    out.stream(file, &format!("/Length1 {}", program.len()), &program)?;
    out.stream(unicode, "", to_unicode(drawn).as_bytes())?;
    out.stream(map, "", &cid_to_gid(face, drawn, &remapper)?)?;
    let [ascent, descent, capital] = face.heights;
    let [left, bottom, right, top] = face.bounds;
    let body = format!(
        "<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{left} {bottom} {right} {top}]\
         /ItalicAngle 0/Ascent {ascent}/Descent {descent}/CapHeight {capital}/StemV 80\
         /FontFile2 {file} 0 R>>"
    );
    out.object(descriptor, &body)?;
    let body = format!(
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}\
         /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
         /FontDescriptor {descriptor} 0 R/DW 1000/W[{}]/CIDToGIDMap {map} 0 R>>",
        widths(face, drawn)
    );
    out.object(descendant, &body)?;
    let body = format!(
        "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H\
         /DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>"
    );
    out.object(font, &body)?;
    Ok(font)
}

/// Six capital letters that mark a subset (ISO 32000-1, 9.6.4), made of its own bytes.
fn tag(program: &[u8]) -> String {
    Sha256::digest(program).iter().take(6).map(|it| char::from(b'A' + it % 26)).collect()
}

fn widths(face: &Face, drawn: &BTreeMap<u16, String>) -> String {
    let mut widths = String::new();
    for cid in drawn.keys() {
        let width = face.width(*cid);
        if width != 1000 {
            // Writing into a String cannot fail.
            let _ = write!(widths, "{cid}[{width}]");
        }
    }
    widths
}

fn cid_to_gid(
    face: &Face,
    drawn: &BTreeMap<u16, String>,
    remapper: &GlyphRemapper,
) -> Result<Vec<u8>, Error> {
    let last = drawn.keys().next_back().copied().unwrap_or(0);
    let mut map = vec![0; 2 * (usize::from(last) + 1)];
    for cid in drawn.keys() {
        let glyph = remapper.get(face.glyph(*cid)).ok_or(Error::GlyphLost)?;
        map[2 * usize::from(*cid)..][..2].copy_from_slice(&glyph.to_be_bytes());
    }
    Ok(map)
}

/// The `/ToUnicode` map (ISO 32000-1, 9.10.3): at most one hundred entries a section.
fn to_unicode(drawn: &BTreeMap<u16, String>) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let drawn: Vec<_> = drawn.iter().collect();
    for section in drawn.chunks(100) {
        map.push_str(&format!("{} beginbfchar\n", section.len()));
        for (cid, text) in section {
            let text: String = text.encode_utf16().map(|it| format!("{it:04X}")).collect();
            map.push_str(&format!("<{cid:04X}> <{text}>\n"));
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}
