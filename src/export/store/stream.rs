//! A file as it lies on disk: chunks of an authenticated stream, each of which can be read alone.
//!
//! STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over XChaCha20-Poly1305, with a key for each file.
//! A chunk's place and whether it is the last one stand in its nonce, and the head of the file in its
//! associated data: a chunk that was changed, moved, left out or cut off does not open, and neither does one of
//! another file.

use std::{
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
};

use aead_stream::{NewStream, Nonce, StreamBE32, StreamPrimitive, aead::Payload};
use chacha20poly1305::XChaCha20Poly1305;

use crate::export::store::{FileName, keys::FileKey};

/// Bytes of plaintext in every chunk but the last.
pub(crate) const CHUNK_BYTES: usize = 64 * 1024;

/// What the cipher adds to each chunk.
const TAG_BYTES: usize = 16;

/// 24 bytes of XChaCha20's nonce without the five that STREAM needs.
const NONCE_BYTES: usize = 19;

/// Why a stored file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    /// The system refused.
    #[error("a stored file could not be read: {0}")]
    Io(#[from] io::Error),
    /// Its length or head is not that of the file that was stored.
    #[error("a stored file is not the one that was stored")]
    Another,
    /// A chunk does not open: it was changed, or the key is another one.
    #[error("a chunk of a stored file does not open")]
    Sealed,
}

struct Cipher {
    head: Vec<u8>,
    stream: StreamBE32<XChaCha20Poly1305>,
}

impl Cipher {
    /// `head`: what the file is called, and its nonce.
    fn new(key: &FileKey, head: Vec<u8>) -> Cipher {
        let mut nonce = Nonce::<XChaCha20Poly1305, StreamBE32<XChaCha20Poly1305>>::default();
        nonce.copy_from_slice(&head[head.len() - NONCE_BYTES..]);
        Cipher { head, stream: StreamBE32::from_aead(key.cipher(), &nonce) }
    }

    fn payload<'a>(&'a self, msg: &'a [u8]) -> Payload<'a, 'a> {
        Payload { msg, aad: &self.head }
    }
}

/// A file that is being written. Every byte is encrypted before it reaches the disk.
pub struct Draft {
    file: File,
    cipher: Cipher,
    chunk: Vec<u8>,
    place: u32,
    sealed: bool,
}

impl Draft {
    /// Begins a file with a key that no other file has.
    pub(super) fn new(mut file: File, key: &FileKey, name: FileName) -> io::Result<Draft> {
        let mut head = name.bytes();
        let named = head.len();
        head.resize(named + NONCE_BYTES, 0);
        getrandom::fill(&mut head[named..]).map_err(io::Error::from)?;
        file.write_all(&head)?;
        let chunk = Vec::with_capacity(CHUNK_BYTES + TAG_BYTES);
        Ok(Draft { file, cipher: Cipher::new(key, head), chunk, place: 0, sealed: false })
    }

    /// Writes the last chunk and waits until everything is on disk.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn seal(&mut self) -> io::Result<()> {
        self.put(true)?;
        self.sealed = true;
        self.file.sync_all()
    }

    fn put(&mut self, last: bool) -> io::Result<()> {
        let payload = self.cipher.payload(&self.chunk);
        let sealed = self.cipher.stream.encrypt(self.place, last, payload);
        let sealed = sealed.map_err(|_| io::Error::other("a chunk could not be encrypted"))?;
        self.file.write_all(&sealed)?;
        self.chunk.clear();
        // 2^32 chunks are 256 TiB.
        self.place = self.place.checked_add(1).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.sealed {
            return Err(io::Error::other("the file is sealed"));
        }
        // A full chunk waits for the byte after it: until then it may be the last one.
        if self.chunk.len() == CHUNK_BYTES && !bytes.is_empty() {
            self.put(false)?;
        }
        let taken = bytes.len().min(CHUNK_BYTES - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Does nothing: half a chunk cannot be written. [`Draft::seal`] ends the file.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stored file, open for reading at any place.
pub struct Reader {
    file: File,
    cipher: Cipher,
    bytes: u64,
}

impl Reader {
    /// Opens the file of this name that holds so many bytes. Its head must say whose it is, and of which export.
    pub(super) fn open(
        file: File,
        key: &FileKey,
        name: FileName,
        bytes: u64,
    ) -> Result<Reader, BadFile> {
        let named = name.bytes();
        let mut head = vec![0; named.len() + NONCE_BYTES];
        if file.metadata()?.len() != stored_bytes(head.len(), bytes) {
            return Err(BadFile::Another);
        }
        file.read_exact_at(&mut head, 0)?;
        if !head.starts_with(&named) {
            return Err(BadFile::Another);
        }
        Ok(Reader { file, cipher: Cipher::new(key, head), bytes })
    }

    /// Bytes of the file, decrypted.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Chunks it has; at least one.
    pub fn chunks(&self) -> u32 {
        u32::try_from(chunks(self.bytes)).unwrap_or(u32::MAX)
    }

    /// Reads one chunk, from 0.
    ///
    /// # Errors
    /// When it cannot be read, or is not what was written there.
    pub fn chunk(&self, place: u32) -> Result<Vec<u8>, BadFile> {
        let last = self.chunks() - 1;
        if last < place {
            return Err(BadFile::Another);
        }
        let start = u64::from(place) * CHUNK_BYTES as u64;
        let length = (self.bytes - start).min(CHUNK_BYTES as u64) as usize + TAG_BYTES;
        let mut sealed = vec![0; length];
        let at =
            self.cipher.head.len() as u64 + u64::from(place) * (CHUNK_BYTES + TAG_BYTES) as u64;
        self.file.read_exact_at(&mut sealed, at)?;
        let payload = self.cipher.payload(&sealed);
        self.cipher.stream.decrypt(place, place == last, payload).map_err(|_| BadFile::Sealed)
    }

    /// Reads all of it into memory; the caller knows [`Reader::bytes`].
    ///
    /// # Errors
    /// As [`Reader::chunk`].
    pub fn read_all(&self) -> Result<Vec<u8>, BadFile> {
        let mut res = Vec::new();
        for place in 0..self.chunks() {
            res.extend_from_slice(&self.chunk(place)?);
        }
        Ok(res)
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

fn chunks(bytes: u64) -> u64 {
    bytes.div_ceil(CHUNK_BYTES as u64).max(1)
}

/// Bytes on disk of a file that holds so many.
fn stored_bytes(head: usize, bytes: u64) -> u64 {
    head as u64 + bytes + chunks(bytes) * TAG_BYTES as u64
}

#[cfg(test)]
mod tests;
