//! Finds secrets in what was said, however they are written: hex, escape, base64, lists of numbers, broken anywhere.
//!
//! A text is read as three streams: without white space and backslashes, its hex digits alone, its digits and signs
//! alone. Line breaks, indents and separators are gone from them. A part of a secret is found like the whole.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};

/// Characters of a secret that must follow each other. Numbers take more: their digits are not as mixed.
const WINDOWS: [usize; STREAMS] = [12, 16, 24];
const STREAMS: usize = 3;
const KEPT: usize = 0;
const HEX: usize = 1;
const NUMBERS: usize = 2;

/// What a window is multiplied by for each character: odd, and mixed.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
/// Bits of a hash that choose a place in the sieve.
const SIEVE_BITS: u32 = 18;

/// Something that must not be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// All renderings of all secrets.
pub struct Renderings {
    names: Vec<String>,
    streams: [Table; STREAMS],
}

struct Table {
    window: usize,
    /// `FACTOR` to the length of a window: what its first character weighs when it leaves.
    leaving: u64,
    /// One bit for each hash there may be.
    sieve: Vec<u64>,
    windows: HashMap<u64, (usize, &'static str)>,
}

impl Renderings {
    pub fn new(secrets: &[Secret]) -> Renderings {
        let mut streams = WINDOWS.map(Table::new);
        for (n, secret) in secrets.iter().enumerate() {
            let bytes = &secret.bytes;
            streams[HEX].add(hex::encode(bytes).as_bytes(), n, "hex");
            for is_shown in [|it| matches!(it, 0x21..=0x7e), |it| matches!(it, 1..=0x7f)] {
                streams[KEPT].add(&escaped(bytes, is_shown), n, "escape");
            }
            for alignment in 0..3 {
                let text = base64_at(bytes, alignment);
                streams[KEPT].add(text.as_bytes(), n, "base64");
                let safe = text.replace('+', "-").replace('/', "_");
                streams[KEPT].add(safe.as_bytes(), n, "base64");
            }
            // As they are: a text, or bytes in a text.
            let raw: Vec<u8> = bytes.iter().copied().filter(|it| is_kept(*it)).collect();
            streams[KEPT].add(&raw, n, "raw");
            for byte in 0..bytes.len() {
                let list =
                    |one: fn(u8) -> String| bytes[byte..].iter().map(|it| one(*it)).collect();
                let signed: String = list(|it| it.cast_signed().to_string());
                let unsigned: String = list(|it| it.to_string());
                streams[NUMBERS].add_first(signed.as_bytes(), n, "signed numbers");
                streams[NUMBERS].add_first(unsigned.as_bytes(), n, "unsigned numbers");
            }
        }
        Renderings { names: secrets.iter().map(|it| it.name.clone()).collect(), streams }
    }

    /// How many windows are looked for.
    pub fn count(&self) -> usize {
        self.streams.iter().map(|it| it.windows.len()).sum()
    }
}

impl Table {
    fn new(window: usize) -> Table {
        let leaving = (0..window).fold(1_u64, |it, _| it.wrapping_mul(FACTOR));
        Table { window, leaving, sieve: vec![0; 1 << (SIEVE_BITS - 6)], windows: HashMap::new() }
    }

    fn add(&mut self, text: &[u8], secret: usize, how: &'static str) {
        for window in text.windows(self.window) {
            self.add_first(window, secret, how);
        }
    }

    /// Adds the first window alone; nothing where the text is too short for one.
    fn add_first(&mut self, text: &[u8], secret: usize, how: &'static str) {
        let Some(window) = text.get(..self.window) else { return };
        let hash = window.iter().fold(0_u64, |it, byte| step(it, *byte));
        let (word, bit) = place(hash);
        self.sieve[word] |= bit;
        self.windows.insert(hash, (secret, how));
    }
}

fn step(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(FACTOR).wrapping_add(u64::from(byte) + 1)
}

fn place(hash: u64) -> (usize, u64) {
    let at = hash >> (64 - SIEVE_BITS);
    (usize::try_from(at >> 6).expect("18 bits"), 1 << (at & 63))
}

/// Zero stands between the fields of a message.
fn is_kept(byte: u8) -> bool {
    byte != 0 && byte != b'\\' && !byte.is_ascii_whitespace()
}

/// As the old output of bytea and `encode(…, 'escape')` write it, without the backslashes. They differ in what they show as
/// it is: the second shows control characters too.
fn escaped(bytes: &[u8], is_shown: fn(u8) -> bool) -> Vec<u8> {
    let one = |it: &u8| match *it {
        b'\\' => Vec::new(),
        it if it.is_ascii_whitespace() && is_shown(b'\t') || it == b' ' => Vec::new(),
        it if is_shown(it) => vec![it],
        other => format!("{other:03o}").into_bytes(),
    };
    bytes.iter().flat_map(one).collect()
}

/// The characters that are the same whatever stands before and behind these bytes.
fn base64_at(bytes: &[u8], alignment: usize) -> String {
    let padded = [&vec![0; alignment][..], bytes].concat();
    let text = STANDARD.encode(&padded);
    let from = (alignment * 8).div_ceil(6);
    text[from..padded.len() * 8 / 6].to_owned()
}

/// A secret that was found, and in which rendering.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub secret: String,
    pub rendering: &'static str,
}

/// Reads a text piece by piece.
pub struct Search {
    all: Arc<Renderings>,
    streams: [Stream; STREAMS],
    pub bytes: u64,
}

#[derive(Default, Clone)]
struct Stream {
    hash: u64,
    last: [u8; 32],
    at: usize,
}

impl Search {
    pub fn new(all: &Arc<Renderings>) -> Search {
        Search { all: all.clone(), streams: Default::default(), bytes: 0 }
    }

    /// What is in the next piece, or across it and the one before.
    pub fn read(&mut self, text: &[u8]) -> Vec<Found> {
        self.bytes += text.len() as u64;
        let mut found = Vec::new();
        for byte in text {
            if is_kept(*byte) {
                self.take(KEPT, *byte, &mut found);
            }
            if byte.is_ascii_hexdigit() {
                self.take(HEX, byte.to_ascii_lowercase(), &mut found);
            }
            if byte.is_ascii_digit() || *byte == b'-' {
                self.take(NUMBERS, *byte, &mut found);
            }
        }
        found.sort();
        found.dedup();
        found
    }

    fn take(&mut self, which: usize, byte: u8, found: &mut Vec<Found>) {
        let table = &self.all.streams[which];
        let stream = &mut self.streams[which];
        let leaves = stream.last[stream.at];
        // Before a window is full, what leaves was never there.
        let gone =
            if leaves == 0 { 0 } else { (u64::from(leaves) + 1).wrapping_mul(table.leaving) };
        stream.hash = step(stream.hash, byte).wrapping_sub(gone);
        stream.last[stream.at] = byte;
        stream.at = if stream.at + 1 == table.window { 0 } else { stream.at + 1 };
        let (word, bit) = place(stream.hash);
        if table.sieve[word] & bit == 0 {
            return;
        }
        if let Some((secret, how)) = table.windows.get(&stream.hash) {
            found.push(Found { secret: self.all.names[*secret].clone(), rendering: how });
        }
    }
}
