//! Which characters a document has drawn so far, and which it had to replace.

use std::collections::BTreeMap;

use crate::pdf::FontChain;
use crate::pdf::face::Face;

const IN_DOCUMENT: u8 = 1;
const IN_SHEET: u8 = 2;

/// What one face has drawn.
pub(crate) struct FaceUsage {
    /// One place per character of the face: in this document, on this sheet.
    seen: Vec<u8>,
    /// Characters of this sheet, as places in the face's entries.
    sheet: Vec<u32>,
    /// Glyphs of variation sequences: CID -> the text that first asked for it.
    pub(crate) variants: BTreeMap<u16, String>,
}

impl FaceUsage {
    /// Notes that the sheet draws a character.
    pub(crate) fn note(&mut self, entry: usize) {
        let seen = &mut self.seen[entry];
        if *seen & IN_SHEET == 0 {
            *seen |= IN_DOCUMENT | IN_SHEET;
            // A face has at most 65,535 characters, one per CID.
            self.sheet.push(entry as u32);
        }
    }

    fn take_sheet(&mut self) -> Vec<u32> {
        for entry in &self.sheet {
            self.seen[*entry as usize] &= !IN_SHEET;
        }
        std::mem::take(&mut self.sheet)
    }

    /// Everything drawn from a face: CID -> the text it says when copied.
    pub(crate) fn drawn(&self, face: &Face) -> BTreeMap<u16, String> {
        let seen = self.seen.iter().zip(face.entries());
        let seen = seen.filter(|(it, _)| **it & IN_DOCUMENT != 0);
        let mut drawn: BTreeMap<_, _> =
            seen.map(|(_, entry)| (entry.cid, entry.char.to_string())).collect();
        drawn.extend(self.variants.iter().map(|(cid, text)| (*cid, text.clone())));
        drawn
    }
}

/// What a document has drawn.
pub(crate) struct Usage {
    /// Per face of the chain.
    pub(crate) faces: Vec<FaceUsage>,
    /// Texts that were drawn as something else, and how often.
    pub(crate) missing: BTreeMap<String, u32>,
}

impl Usage {
    /// Nothing yet.
    pub(crate) fn new(chain: &FontChain) -> Usage {
        let usage = |face: &Face| FaceUsage {
            seen: vec![0; face.entries().len()],
            sheet: Vec::new(),
            variants: BTreeMap::new(),
        };
        Usage { faces: chain.faces().iter().map(usage).collect(), missing: BTreeMap::new() }
    }
    /// Takes the characters drawn since the last sheet, per face. A sheet carries them with it, so
    /// that it can be encoded together with any others, or alone.
    pub(crate) fn take_sheet(&mut self) -> Vec<Vec<u32>> {
        self.faces.iter_mut().map(FaceUsage::take_sheet).collect()
    }
}
