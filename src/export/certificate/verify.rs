//! Verifying a certificate with nothing but files: no network, no database, no trust in the service.

use serde_json::Value;
use sha2::{Digest, Sha256};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    auth::PublishedKeys,
    export::certificate::{
        FORM, TYPE, differences::differences, manifest::Manifest, reader, rows, words::Said,
    },
};

/// What a certificate is compared with.
#[derive(Debug, Default)]
pub struct Compared<'a> {
    /// SHA-256 and length of the file.
    pub artefact: Option<([u8; 32], u64)>,
    /// The biller's own rows, as CSV.
    pub rows: Option<&'a [u8]>,
    /// The manifest, as the service gives it: with it a difference is found at its row.
    pub manifest: Option<&'a [u8]>,
}

/// Why a comparison could not even begin. Tells no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The rows lack a column.
    Heads,
    /// A line of the rows cannot be read.
    Rows {
        /// Which.
        line: u64,
    },
    /// The certificate does not say what the digests of its rows are made with.
    OtherReport,
}

/// What was looked at, in the order it was.
#[derive(Debug)]
pub struct Outcome {
    pub(super) found: Vec<(bool, Said)>,
    pub(super) claims: Option<Value>,
}

impl Outcome {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.claims.is_some() && self.found.iter().all(|(holds, _)| *holds)
    }

    fn look(&mut self, holds: bool, said: Said) {
        self.found.push((holds, said));
    }
}

/// Verifies a certificate, and what it is compared with.
pub fn verify(certificate: &str, keys: &PublishedKeys, with: &Compared<'_>) -> Outcome {
    let mut outcome = Outcome { found: Vec::new(), claims: None };
    let proven = match keys.verify(TYPE, certificate) {
        Ok(proven) => proven,
        Err(_) => {
            outcome.look(false, Said::Signature);
            return outcome;
        }
    };
    outcome.look(true, Said::Signature);
    let claims = &proven.claims;
    outcome.look(text(claims, "/typ") == Some(FORM), Said::Form);
    let at = text(claims, "/issued_at").and_then(|it| OffsetDateTime::parse(it, &Rfc3339).ok());
    let inside = at.map(OffsetDateTime::unix_timestamp).is_some_and(|at| {
        // Names of keys are made by a clock in milliseconds, moments are printed in seconds.
        proven.key.nbf <= at + 1 && proven.key.exp.is_none_or(|end| at <= end)
    });
    outcome.look(inside, Said::Window);
    agree(&mut outcome, claims);
    if let Some((sha256, bytes)) = with.artefact {
        let same = text(claims, "/artefact/sha256") == Some(&hex::encode(sha256))
            && number(claims, "/artefact/bytes") == i64::try_from(bytes).ok();
        outcome.look(same, Said::Artefact);
    }
    let manifest = with.manifest.map(|it| Manifest::read(it, claims));
    if let Some(manifest) = &manifest {
        outcome.look(manifest.is_some(), Said::Manifest);
    }
    if let Some(own) = with.rows {
        compare_rows(&mut outcome, claims, own, manifest.flatten().as_ref());
    }
    outcome.claims = Some(proven.claims);
    outcome
}

/// The claims must not contradict one another.
fn agree(outcome: &mut Outcome, claims: &Value) {
    let rows = number(claims, "/rows/count");
    let tenants = number(claims, "/rows/distinct_tenants");
    let one = matches!((rows, tenants), (Some(0), Some(0 | 1)) | (Some(1..), Some(1)));
    outcome.look(one, Said::OneTenant);
    let per_page = number(claims, "/pages/rows_per_page").filter(|it| 0 < *it);
    if let (Some(rows), Some(per_page)) = (rows, per_page) {
        let pages = if rows == 0 { 1 } else { (rows + per_page - 1) / per_page };
        outcome.look(number(claims, "/pages/count") == Some(pages), Said::Pages);
    }
    if claims.get("reprint").is_some() {
        let first = number(claims, "/reprint/first_page");
        let last = number(claims, "/reprint/last_page");
        let pages = first.zip(last).map(|(first, last)| last - first + 1);
        outcome.look(pages.is_some() && pages == number(claims, "/pages/count"), Said::Reprint);
        return;
    }
    let second = claims.pointer("/second/agree") == Some(&Value::Bool(true))
        && number(claims, "/second/count") == rows
        && text(claims, "/second/root").is_some()
        && text(claims, "/second/root") == text(claims, "/rows/root");
    outcome.look(second, Said::Second);
    let powers = ["superuser", "bypassrls", "owner"];
    let powerless = powers
        .iter()
        .all(|it| claims.pointer(&format!("/policy/app_role/{it}")) == Some(&Value::Bool(false)));
    outcome.look(powerless, Said::Role);
}

fn compare_rows(outcome: &mut Outcome, claims: &Value, own: &[u8], manifest: Option<&Manifest>) {
    let Some(recipe) = rows::Recipe::of(claims) else {
        return outcome.look(false, Said::Trouble(Trouble::OtherReport));
    };
    let mut own = match reader::rows(own, recipe.takes_tax()) {
        Ok(own) => own,
        Err(trouble) => return outcome.look(false, Said::Trouble(trouble)),
    };
    own.sort_by(|a, b| a.slip.id.cmp(&b.slip.id));
    let digests: Vec<_> = own.iter().map(|it| recipe.digest(it)).collect();
    let per_page = number(claims, "/pages/rows_per_page").and_then(|it| usize::try_from(it).ok());
    let count = i64::try_from(own.len()).ok();
    let sum: i64 = own.iter().map(|it| i64::from(it.slip.amount_yen.get())).sum();
    let roots = rows::roots(&digests, per_page.unwrap_or(1));
    let is = |pointer, root: [u8; 32]| {
        text(claims, pointer) == Some(&format!("sha256:{}", hex::encode(root)))
    };
    // A reprint has no root of rows: its pages are those of a list that is longer.
    let reprint = claims.get("reprint").is_some();
    let same = count == number(claims, "/rows/count")
        && Some(sum) == number(claims, "/rows/amount_sum")
        && (reprint || is("/rows/root", roots.rows))
        && is("/pages/root", roots.pages);
    outcome.look(same, Said::Rows);
    if let Some(manifest) = manifest.filter(|_| !same) {
        let lines: Vec<u64> = own.iter().map(|it| it.line).collect();
        for difference in differences(&lines, &digests, manifest) {
            outcome.look(false, Said::Difference(difference));
        }
    }
}

pub(super) fn text<'a>(claims: &'a Value, pointer: &str) -> Option<&'a str> {
    claims.pointer(pointer).and_then(Value::as_str)
}

pub(super) fn number(claims: &Value, pointer: &str) -> Option<i64> {
    claims.pointer(pointer).and_then(Value::as_i64)
}

/// SHA-256 and length of what a reader gives, without holding it.
///
/// # Errors
/// When it cannot be read.
pub fn digest_of(mut reader: impl std::io::Read) -> std::io::Result<([u8; 32], u64)> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 64 * 1024]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((hash.finalize().into(), bytes)),
            Ok(read) => {
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
            Err(err) if err.kind() == std::io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
}
