//! What makes two lines one event, whatever file they come in.

use sha2::{Digest, Sha256};

use crate::domain::PaymentEvent;

/// SHA-256 over 種別, 収納日, 時刻, the 44 digits, CVSコード, 店舗コード and データ作成日, each with its length in
/// front (domain.md 4.1). The file and the line are not in it: a file that comes twice says nothing twice.
pub fn event_key(event: &PaymentEvent) -> [u8; 32] {
    let made_on = event.made_on.map(|it| it.to_julian_day().to_string()).unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [
        event.source_code.as_str(),
        &event.paid_on.to_julian_day().to_string(),
        &event.paid_at,
        event.scanned.digits(),
        &event.chain_code,
        &event.store_code,
        &made_on,
    ] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}
