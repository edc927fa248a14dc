//! A document: pages go out while they are drawn, fonts and the page tree at the end.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use time::OffsetDateTime;

use crate::pdf::content::Content;
use crate::pdf::embed::embed;
use crate::pdf::encoder::encode;
use crate::pdf::ink::{Ink, face_name};
use crate::pdf::pack::Packer;
use crate::pdf::printed::Printed;
use crate::pdf::usage::Usage;
use crate::pdf::{Error, FontChain, Out, Pen, Sheet};

/// Pages that wait to be compressed at most: they share the cores, and printpdf's operations are large.
const BLOCK_PAGES: usize = 20;

/// Pages under one node of the page tree: readers open a few thousand children at once, not ten thousand.
const NODE_PAGES: usize = 2_500;

/// Width and height of every page, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageSize {
    /// Points from left to right.
    pub width: f32,
    /// Points from bottom to top.
    pub height: f32,
}

impl PageSize {
    /// A4 with the long side down: 297 mm by 210 mm.
    pub const A4_LANDSCAPE: PageSize = PageSize { width: 841.89, height: 595.28 };
    /// A4 upright: 210 mm by 297 mm.
    pub const A4_PORTRAIT: PageSize = PageSize { width: 595.28, height: 841.89 };
}

/// What the document says about itself.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Its title.
    pub title: String,
    /// When it was ordered. Not the clock: the same input must give the same bytes.
    pub created: OffsetDateTime,
}

/// A drawing that many pages share.
#[derive(Debug)]
pub struct Form {
    number: usize,
}

impl Form {
    /// Its place among the forms of its document.
    pub(crate) fn number(&self) -> usize {
        self.number
    }
}

/// A document that was written to its end.
#[derive(Debug)]
pub struct Written<W> {
    /// SHA-256 of every byte.
    pub sha256: [u8; 32],
    /// Length in bytes.
    pub bytes: u64,
    /// Texts that were drawn as something else, because no font has them, and how often.
    pub missing_glyphs: BTreeMap<String, u32>,
    /// Where it was written to.
    pub out: W,
}

/// A document being written.
pub struct Document<W: Write> {
    out: Out<W>,
    packer: Packer,
    /// printpdf encodes what is drawn.
    is_printed: bool,
    fonts: Arc<FontChain>,
    usage: Usage,
    meta: Meta,
    size: PageSize,
    catalog: u32,
    tree: u32,
    info: u32,
    resources: u32,
    forms: Vec<u32>,
    /// The nodes of the page tree, each with its pages.
    nodes: Vec<(u32, Vec<u32>)>,
    waiting: Vec<Sheet>,
    /// Where the bytes of each written page lie.
    written: Vec<Range<u64>>,
}

impl<W: Write> Document<W> {
    /// Begins a document.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn new(
        out: W,
        fonts: Arc<FontChain>,
        meta: Meta,
        size: PageSize,
    ) -> Result<Document<W>, Error> {
        Document::begin(out, fonts, (meta, size), false)
    }

    /// Begins a document that printpdf encodes: one of a few pages. Text and pixels are the same; it takes much longer.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn printed(
        out: W,
        fonts: Arc<FontChain>,
        meta: Meta,
        size: PageSize,
    ) -> Result<Document<W>, Error> {
        Document::begin(out, fonts, (meta, size), true)
    }

    fn begin(
        out: W,
        fonts: Arc<FontChain>,
        (meta, size): (Meta, PageSize),
        is_printed: bool,
    ) -> Result<Document<W>, Error> {
        let mut out = Out::new(out)?;
        let [catalog, tree, info, resources] = [(); 4].map(|()| out.reserve());
        let usage = Usage::new(&fonts);
        let (forms, nodes, waiting, written) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Document {
            out,
            packer: Packer::new(),
            is_printed,
            fonts,
            usage,
            meta,
            size,
            catalog,
            tree,
            info,
            resources,
            forms,
            nodes,
            waiting,
            written,
        })
    }

    /// A pen for a new page or form.
    pub fn pen(&mut self) -> Pen<'_> {
        let ink: Box<dyn Ink> = match self.is_printed {
            true => Box::new(Printed::default()),
            false => Box::new(Content::new()),
        };
        Pen::new(&self.fonts, &mut self.usage, ink)
    }

    /// Adds a drawing that pages can share. It must be added before a page that uses it.
    ///
    /// # Errors
    /// When it cannot be encoded or written.
    pub fn add_form(&mut self, sheet: Sheet) -> Result<Form, Error> {
        let content = encode(&self.fonts, vec![sheet])?;
        let id = self.out.reserve();
        let PageSize { width, height } = self.size;
        let entries = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 {width} {height}]/Resources {} 0 R",
            self.resources
        );
        self.out.stream(id, &entries, &content.concat())?;
        self.forms.push(id);
        Ok(Form { number: self.forms.len() - 1 })
    }

    /// Adds a page after the last one.
    ///
    /// # Errors
    /// When pages before it had to be written and could not.
    pub fn add_page(&mut self, sheet: Sheet) -> Result<(), Error> {
        self.waiting.push(sheet);
        if self.waiting.len() < BLOCK_PAGES { Ok(()) } else { self.flush() }
    }

    /// Writes every page that was added.
    ///
    /// # Errors
    /// When they cannot be encoded or written.
    pub fn flush(&mut self) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let sheets = std::mem::take(&mut self.waiting);
        let contents = encode(&self.fonts, sheets)?;
        for packed in self.packer.pack(&contents)? {
            let begin = self.out.position();
            let [page, contents] = [(); 2].map(|()| self.out.reserve());
            self.out.packed_stream(contents, "", &packed)?;
            if self.nodes.last().is_none_or(|(_, pages)| pages.len() == NODE_PAGES) {
                self.nodes.push((self.out.reserve(), Vec::new()));
            }
            let (node, pages) = self.nodes.last_mut().expect("there is one now");
            let body = format!("<</Type/Page/Parent {node} 0 R/Contents {contents} 0 R>>");
            self.out.object(page, &body)?;
            pages.push(page);
            self.written.push(begin..self.out.position());
        }
        Ok(())
    }

    /// Where a page's own content lies in the file, counted from 0; an empty range while it is not written. Fonts and
    /// what pages share lie elsewhere.
    pub fn page_bytes(&self, page: usize) -> Range<u64> {
        self.written.get(page).cloned().unwrap_or(0..0)
    }

    /// Writes what is left: pages, fonts, the page tree, the catalog.
    ///
    /// # Errors
    /// When anything cannot be encoded, embedded or written.
    pub fn finish(mut self) -> Result<Written<W>, Error> {
        self.flush()?;
        let mut fonts = String::new();
        for (place, (face, usage)) in self.fonts.faces().iter().zip(&self.usage.faces).enumerate() {
            let drawn = usage.drawn(face);
            if !drawn.is_empty() {
                let font = embed(&mut self.out, face, &drawn)?;
                fonts.push_str(&format!("/{} {font} 0 R", face_name(place)));
            }
        }
        let forms = self.forms.iter().enumerate();
        let forms: String = forms.map(|(number, id)| format!("/X{number} {id} 0 R")).collect();
        let body = format!("<</Font<<{fonts}>>/XObject<<{forms}>>>>");
        self.out.object(self.resources, &body)?;
        self.tree()?;
        // No scaling: a page that the printer shrinks is no longer the page that was checked.
        let body = format!(
            "<</Type/Catalog/Pages {} 0 R/Lang(ja)\
             /ViewerPreferences<</DisplayDocTitle true/PrintScaling/None>>>>",
            self.tree
        );
        self.out.object(self.catalog, &body)?;
        let body = format!(
            "<</Title<{}>/Producer(shikiri)/CreationDate({})>>",
            utf16(&self.meta.title),
            pdf_date(self.meta.created)
        );
        self.out.object(self.info, &body)?;
        let file = self.out.finish(self.catalog, self.info)?;
        Ok(Written {
            sha256: file.sha256,
            bytes: file.bytes,
            missing_glyphs: self.usage.missing,
            out: file.writer,
        })
    }

    /// The page tree: one root, its nodes, their pages.
    fn tree(&mut self) -> Result<(), Error> {
        let PageSize { width, height } = self.size;
        let list =
            |ids: &[u32]| ids.iter().map(|it| format!("{it} 0 R")).collect::<Vec<_>>().join(" ");
        let nodes: Vec<u32> = self.nodes.iter().map(|(node, _)| *node).collect();
        let count: usize = self.nodes.iter().map(|(_, pages)| pages.len()).sum();
        let body = format!(
            "<</Type/Pages/Count {count}/MediaBox[0 0 {width} {height}]/Resources {} 0 R/Kids[{}]>>",
            self.resources,
            list(&nodes)
        );
        self.out.object(self.tree, &body)?;
        for (node, pages) in &self.nodes {
            let body = format!(
                "<</Type/Pages/Parent {} 0 R/Count {}/Kids[{}]>>",
                self.tree,
                pages.len(),
                list(pages)
            );
            self.out.object(*node, &body)?;
        }
        Ok(())
    }
}

/// Text as the inside of a hexadecimal string, UTF-16 with a byte order mark.
fn utf16(text: &str) -> String {
    let units = text.encode_utf16().map(|it| format!("{it:04X}"));
    std::iter::once("FEFF".to_owned()).chain(units).collect()
}

/// A date as ISO 32000-1, 7.9.4 wants it.
fn pdf_date(at: OffsetDateTime) -> String {
    let (hours, minutes, _) = at.offset().as_hms();
    let sign = if at.offset().is_negative() { '-' } else { '+' };
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}{sign}{:02}'{:02}'",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        hours.unsigned_abs(),
        minutes.unsigned_abs()
    )
}
