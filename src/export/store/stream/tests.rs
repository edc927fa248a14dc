//! What is written comes back, and nothing else does.

use std::io::{Read, Seek, Write};

use super::{BadFile, CHUNK_BYTES, Draft, NONCE_BYTES, Reader, TAG_BYTES, stored_bytes};
use crate::{
    domain::{ExportId, TenantId},
    export::store::{FileName, keys::FileKey},
};

const ID: FileName = FileName {
    tenant_id: Some(TenantId(7)),
    export_id: ExportId(uuid::uuid!("018f3c1e-77aa-7d2b-9c55-0a4f6a1b2c3d")),
};

/// The form, the biller, the export, the nonce.
const HEAD_BYTES: usize = 8 + 4 + 16 + NONCE_BYTES;

fn content(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|n| (n * 31 % 251) as u8).collect()
}

/// What lies on disk after content was written in pieces of a size.
fn stored(key: &FileKey, content: &[u8], piece: usize) -> Vec<u8> {
    let mut file = tempfile::tempfile().expect("a file");
    let mut draft = Draft::new(file.try_clone().expect("the same file"), key, ID).expect("begins");
    for piece in content.chunks(piece) {
        draft.write_all(piece).expect("writes");
    }
    draft.seal().expect("ends");
    let mut bytes = Vec::new();
    file.rewind().expect("rewinds");
    file.read_to_end(&mut bytes).expect("reads");
    bytes
}

fn opened(key: &FileKey, stored: &[u8], id: FileName, bytes: usize) -> Result<Vec<u8>, BadFile> {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(stored).expect("writes");
    Reader::open(file, key, id, bytes as u64)?.read_all()
}

#[test]
fn every_length_comes_back_and_is_not_on_disk() {
    let key = FileKey::generate().expect("a key");
    let lengths = [0, 1, 100, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES];
    for (length, piece) in lengths.into_iter().zip([7, 1, 100, 4_096, 65_536, 70_000, 13]) {
        let content = content(length);
        let stored = stored(&key, &content, piece);
        assert_eq!(stored.len() as u64, stored_bytes(HEAD_BYTES, length as u64));
        assert_eq!(opened(&key, &stored, ID, length).expect("opens"), content);
        if 100 <= length {
            assert!(!stored.windows(16).any(|it| it == &content[..16]), "{length}");
        }
    }
}

#[test]
fn a_chunk_is_read_without_the_others() {
    let key = FileKey::generate().expect("a key");
    let content = content(3 * CHUNK_BYTES + 5);
    let mut stored = stored(&key, &content, 10_000);
    // The first chunk is damaged; the third one does not mind.
    stored[HEAD_BYTES + 3] ^= 1;
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(&stored).expect("writes");
    let reader = Reader::open(file, &key, ID, content.len() as u64).expect("opens");
    assert_eq!(reader.chunks(), 4);
    assert!(matches!(reader.chunk(0), Err(BadFile::Sealed)));
    assert_eq!(reader.chunk(2).expect("opens"), content[2 * CHUNK_BYTES..3 * CHUNK_BYTES]);
    assert_eq!(reader.chunk(3).expect("opens"), content[3 * CHUNK_BYTES..]);
    assert!(reader.chunk(4).is_err());
}

#[test]
fn every_kind_of_damage_is_noticed() {
    let (key, other) = (FileKey::generate().expect("a key"), FileKey::generate().expect("a key"));
    let length = 2 * CHUNK_BYTES + 100;
    let good = stored(&key, &content(length), 5_000);
    let sealed = CHUNK_BYTES + TAG_BYTES;
    let flipped = |at: usize| {
        let mut it = good.clone();
        it[at] ^= 1;
        it
    };
    let places = [
        ("magic", 0),
        ("biller in the head", 11),
        ("export in the head", 14),
        ("nonce in the head", 34),
        ("first byte of a chunk", HEAD_BYTES),
        ("middle of a chunk", HEAD_BYTES + sealed + 1_000),
        ("tag of a chunk", HEAD_BYTES + sealed - 1),
        ("last byte", good.len() - 1),
    ];
    for (name, at) in places {
        assert!(opened(&key, &flipped(at), ID, length).is_err(), "{name}");
    }
    let cut = |bytes: usize| good[..bytes].to_vec();
    for (name, stored, length) in [
        ("cut in the middle of a chunk", cut(good.len() - 50), length),
        // Also when whoever cut it knows which length to claim.
        ("cut between chunks", cut(HEAD_BYTES + 2 * sealed), 2 * CHUNK_BYTES),
        ("cut to one chunk", cut(HEAD_BYTES + sealed), CHUNK_BYTES),
        ("longer", [good.clone(), vec![0]].concat(), length + 1),
    ] {
        assert!(opened(&key, &stored, ID, length).is_err(), "{name}");
    }
    let mut swapped = good.clone();
    swapped[HEAD_BYTES..HEAD_BYTES + 2 * sealed].rotate_left(sealed);
    assert!(opened(&key, &swapped, ID, length).is_err(), "chunks changed places");
    assert!(opened(&other, &good, ID, length).is_err(), "another key");
    for (name, another) in [
        ("another export's file", FileName { export_id: ExportId(uuid::Uuid::nil()), ..ID }),
        ("another biller's file", FileName { tenant_id: Some(TenantId(8)), ..ID }),
        (
            "a file that names its biller, as one of an earlier version",
            FileName::of_before(ID.export_id),
        ),
    ] {
        assert!(opened(&key, &good, another, length).is_err(), "{name}");
    }
    assert!(opened(&key, &good, ID, length).is_ok());
}
