//! A manifest as the service gives it (`GET /v1/exports/{id}/manifest`), held against the certificate.

use serde_json::Value;

use crate::{
    export::certificate::verify::text,
    report::digest::{Digest, Rows},
};

/// The row digests of a file, page by page, as they were certified.
pub(super) struct Manifest {
    /// Each page with its number.
    pub(super) pages: Vec<(u64, Vec<Digest>)>,
}

impl Manifest {
    /// Reads one; none when it is not that of this certificate, or has no row digests.
    pub(super) fn read(bytes: &[u8], claims: &Value) -> Option<Manifest> {
        let said: Value = serde_json::from_slice(bytes).ok()?;
        if text(&said, "/export_id") != text(claims, "/export_id") {
            return None;
        }
        let first = claims.pointer("/reprint/first_page").and_then(Value::as_u64).unwrap_or(1);
        let mut pages = Vec::new();
        for (number, page) in (first..).zip(said["pages"].as_array()?) {
            if page["page"].as_u64() != Some(number) {
                return None;
            }
            let bytes = hex::decode(page["row_digests"].as_str()?).ok()?;
            let (digests, rest) = bytes.as_chunks::<32>();
            if !rest.is_empty() {
                return None;
            }
            pages.push((number, digests.to_vec()));
        }
        let manifest = Manifest { pages };
        manifest.is_certified(claims).then_some(manifest)
    }

    fn is_certified(&self, claims: &Value) -> bool {
        let is = |pointer, root: Digest| {
            text(claims, pointer) == Some(&format!("sha256:{}", hex::encode(root)))
        };
        let pages: Vec<Digest> = self.pages.iter().map(|(_, rows)| Rows::of(rows)).collect();
        let mut rows = Rows::default();
        self.pages.iter().flat_map(|(_, rows)| rows).for_each(|it| rows.push(it));
        // A reprint is certified by its pages alone.
        is("/pages/root", Rows::of(&pages))
            && (claims.get("reprint").is_some() || is("/rows/root", rows.finish()))
    }
}
