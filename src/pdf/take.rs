//! Some pages of a finished document, as a document of their own.

use lopdf::{Document, Object, StringFormat};
use sha2::{Digest, Sha256};

use crate::pdf::Error;

/// Takes the pages `first` to `last` out of a document that ends in `of` numbered pages; what stands before them is a
/// cover and has no number. The pages are copied as they are, content, fonts and all: nothing is drawn again. The same
/// input gives the same bytes.
///
/// # Errors
/// When it is no document, or has no such pages.
pub fn take_pages(file: &[u8], first: u32, last: u32, of: u32) -> Result<Vec<u8>, Error> {
    let mut document = Document::load_mem(file).map_err(|_| Error::Taken)?;
    let count = u32::try_from(document.get_pages().len()).map_err(|_| Error::Taken)?;
    let covers = count.checked_sub(of).ok_or(Error::Taken)?;
    if first < 1 || last < first || of < last {
        return Err(Error::Taken);
    }
    let wanted = first + covers..=last + covers;
    let others: Vec<u32> = (1..=count).filter(|it| !wanted.contains(it)).collect();
    document.delete_pages(&others);
    document.prune_objects();
    // Two files must not have one identity (ISO 32000-1, 14.4): the first half says where it comes from.
    let mut hash = Sha256::new();
    hash.update(Sha256::digest(file));
    hash.update(first.to_be_bytes());
    hash.update(last.to_be_bytes());
    let own = Object::String(hash.finalize()[..16].to_vec(), StringFormat::Hexadecimal);
    let origin = match document.trailer.get(b"ID").and_then(Object::as_array) {
        Ok(ids) if !ids.is_empty() => ids[0].clone(),
        _ => own.clone(),
    };
    document.trailer.set("ID", Object::Array(vec![origin, own]));
    let mut out = Vec::new();
    document.save_to(&mut out).map_err(|_| Error::Taken)?;
    Ok(out)
}
