//! The incremental writer: objects go out one by one, only their offsets are kept.

use std::io::Write;

use libdeflater::Compressor;
use sha2::{Digest, Sha256};

use crate::pdf::{
    Error,
    pack::{compressor, pack},
};

/// A cross-reference entry has ten digits (ISO 32000-1, 7.5.4).
const BYTES_MAX: u64 = 9_999_999_999;

/// Writes a PDF object by object. Every byte is hashed on its way out.
pub struct Out<W: Write> {
    writer: W,
    position: u64,
    hash: Sha256,
    /// Offset of each object, the first of which is never used.
    offsets: Vec<Option<u64>>,
    scratch: Vec<u8>,
    packed: Vec<u8>,
    compressor: Compressor,
}

impl<W: Write> Out<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn new(writer: W) -> Result<Out<W>, Error> {
        let mut out = Out {
            writer,
            position: 0,
            hash: Sha256::new(),
            offsets: vec![None],
            scratch: Vec::new(),
            packed: Vec::new(),
            compressor: compressor(),
        };
        out.put(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")?;
        Ok(out)
    }

    /// Reserves the number of an object that is written later.
    pub fn reserve(&mut self) -> u32 {
        self.offsets.push(None);
        // An object takes more than twenty bytes, so that the largest file holds fewer than 2^29.
        (self.offsets.len() - 1) as u32
    }

    /// Writes an object.
    ///
    /// # Errors
    /// When the number was not reserved or is used already, or the bytes cannot be written.
    pub fn object(&mut self, id: u32, body: &str) -> Result<(), Error> {
        self.place(id)?;
        self.put(format!("{id} 0 obj\n{body}\nendobj\n").as_bytes())
    }

    /// Compresses and writes a stream. `entries` are further entries of its dictionary.
    ///
    /// # Errors
    /// As [`Self::object`], or when the data cannot be compressed.
    pub fn stream(&mut self, id: u32, entries: &str, data: &[u8]) -> Result<(), Error> {
        let mut packed = std::mem::take(&mut self.packed);
        pack(&mut self.compressor, data, &mut packed)?;
        let result = self.packed_stream(id, entries, &packed);
        self.packed = packed;
        result
    }

    /// Writes a stream that is compressed already.
    ///
    /// # Errors
    /// As [`Self::object`].
    pub(crate) fn packed_stream(
        &mut self,
        id: u32,
        entries: &str,
        packed: &[u8],
    ) -> Result<(), Error> {
        self.place(id)?;
        let length = packed.len();
        let mut object = std::mem::take(&mut self.scratch);
        object.clear();
        let head = format!("{id} 0 obj\n<<{entries}/Filter/FlateDecode/Length {length}>>stream\n");
        object.extend_from_slice(head.as_bytes());
        object.extend_from_slice(packed);
        object.extend_from_slice(b"\nendstream\nendobj\n");
        let result = self.put(&object);
        self.scratch = object;
        result
    }

    /// Ends the file: cross-reference table and trailer. The file's `/ID` is made of the hash of
    /// everything before it, so that the same input gives the same bytes.
    ///
    /// # Errors
    /// When a reserved object is missing, or the bytes cannot be written.
    pub fn finish(mut self, catalog: u32, info: u32) -> Result<Closed<W>, Error> {
        let start = self.position;
        let count = self.offsets.len();
        let mut tail = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for (id, offset) in (0u32..).zip(&self.offsets).skip(1) {
            let offset = offset.ok_or(Error::Object(id))?;
            tail.push_str(&format!("{offset:010} 00000 n \n"));
        }
        let id = hex::encode_upper(&self.hash.clone().finalize()[..16]);
        tail.push_str(&format!(
            "trailer\n<</Size {count}/Root {catalog} 0 R/Info {info} 0 R/ID[<{id}><{id}>]>>\n\
             startxref\n{start}\n%%EOF\n"
        ));
        self.put(tail.as_bytes())?;
        self.writer.flush()?;
        let sha256 = self.hash.finalize().into();
        Ok(Closed { sha256, bytes: self.position, writer: self.writer })
    }

    /// Bytes that were written.
    pub fn position(&self) -> u64 {
        self.position
    }

    fn place(&mut self, id: u32) -> Result<(), Error> {
        match self.offsets.get_mut(id as usize) {
            Some(offset @ None) if id != 0 => *offset = Some(self.position),
            _ => return Err(Error::Object(id)),
        }
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer.write_all(bytes)?;
        self.hash.update(bytes);
        self.position += bytes.len() as u64;
        if BYTES_MAX < self.position { Err(Error::TooLarge) } else { Ok(()) }
    }
}

/// A file that was written to its end.
pub struct Closed<W> {
    /// SHA-256 of every byte.
    pub sha256: [u8; 32],
    /// Length of the file.
    pub bytes: u64,
    /// Where it was written to.
    pub writer: W,
}
