//! Drawn pages in, content streams out. Of what printpdf makes nothing else is kept.

use std::collections::BTreeMap;

use lopdf::Object;
use printpdf::{
    FontId, FontMetrics, Mm, ParsedFont, PdfDocument, PdfFont, PdfPage, PdfSaveOptions,
};

use crate::pdf::face::Face;
use crate::pdf::ink::{Drawing, face_name};
use crate::pdf::{Error, FontChain, Sheet};

/// The content streams of drawn pages.
///
/// # Errors
/// When printpdf warns about anything, or returns another number of pages or an empty one.
pub(crate) fn encode(chain: &FontChain, sheets: Vec<Sheet>) -> Result<Vec<Vec<u8>>, Error> {
    let mut contents = Vec::with_capacity(sheets.len());
    let mut printed = Vec::new();
    for sheet in sheets {
        match sheet.drawing {
            Drawing::Content(content) => contents.push((content, sheet.bars)),
            Drawing::Operations(ops) => printed.push((ops, sheet.drawn, sheet.bars)),
        }
    }
    // The pages of one document are all of one kind.
    if !printed.is_empty() {
        contents.extend(print(chain, printed)?);
    }
    // What stands before them left the graphics state as it was, but for colours and lines.
    let with_bars = |(mut content, bars): Encoded| {
        if !bars.is_empty() {
            content.push(b'\n');
            content.extend_from_slice(&bars);
        }
        content
    };
    Ok(contents.into_iter().map(with_bars).collect())
}

/// A page's content stream, and its bars.
type Encoded = (Vec<u8>, Vec<u8>);

/// Operations of a page, the places of the characters that it draws per face, and its bars.
type Page = (Vec<printpdf::Op>, Vec<Vec<u32>>, Vec<u8>);

/// Has printpdf encode pages.
fn print(chain: &FontChain, pages: Vec<Page>) -> Result<Vec<Encoded>, Error> {
    let expected = pages.len();
    let mut document = PdfDocument::new("");
    for (place, face) in chain.faces().iter().enumerate() {
        let drawn = pages.iter().flat_map(|it| &it.1[place]).copied();
        let font = PdfFont::new(block_font(face, drawn.collect()));
        document.resources.fonts.map.insert(FontId(face_name(place)), font);
    }
    // The page size goes into the part of printpdf's file that is thrown away.
    let (ops, bars): (Vec<_>, Vec<_>) = pages.into_iter().map(|it| (it.0, it.2)).unzip();
    let page = |ops| PdfPage::new(Mm(297.0), Mm(210.0), ops);
    document.with_pages(ops.into_iter().map(page).collect());
    let options = PdfSaveOptions {
        optimize: false,
        subset_fonts: false,
        secure: true,
        image_optimization: None,
    };
    let mut warnings = Vec::new();
    let mut file = document.to_lopdf_document(&options, &mut warnings);
    let pages: Vec<_> = file.page_iter().collect();
    let contents: Vec<_> = pages.into_iter().filter_map(|it| take_content(&mut file, it)).collect();
    if warnings.is_empty() && contents.len() == expected {
        Ok(contents.into_iter().zip(bars).collect())
    } else {
        Err(Error::Encoder { warnings: warnings.len(), pages: contents.len(), expected })
    }
}

/// The content of a page; `None` when it is empty, because printpdf turns its own failure into that.
fn take_content(file: &mut lopdf::Document, page: lopdf::ObjectId) -> Option<Vec<u8>> {
    let contents = file.get_dictionary(page).ok()?.get(b"Contents").ok()?.as_reference().ok()?;
    match file.objects.remove(&contents) {
        Some(Object::Stream(stream)) if !stream.content.is_empty() => Some(stream.content),
        _ => None,
    }
}

/// What printpdf must know about a face: the CIDs of the drawn characters, and no more,
/// because it copies the font for every document. A character that is not in the map would be
/// drawn as glyph 0 without a warning; so the map is made of what the sheets say they drew.
fn block_font(face: &Face, mut drawn: Vec<u32>) -> ParsedFont {
    // Sorted first: a map is built from sorted pairs in one go.
    drawn.sort_unstable();
    drawn.dedup();
    let entries = drawn.iter().map(|it| face.entries()[*it as usize]);
    let codes: BTreeMap<u32, u16> = entries.map(|it| (it.char.into(), it.cid)).collect();
    let metrics = FontMetrics { ascent: 880, descent: -120 };
    // Four bytes stand for the font program: printpdf refuses none, and ours is embedded later.
    ParsedFont::with_glyph_data(vec![0, 1, 0, 0], 0, None, codes, BTreeMap::new(), 1000, metrics)
}
