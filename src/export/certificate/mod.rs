//! The certificate: what an export was, signed, so that it can be shown to somebody who trusts nobody here.
//!
//! A JWS in compact form. It holds figures, digests and ids, the names of conditions and never their values.

mod differences;
mod manifest;
mod reader;
mod rows;
mod verify;
mod words;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use crate::{
    auth::{self, CertificateKeys, Signed},
    domain::{self, ExportId, Issuer, UserId},
    report,
    statements::{
        certificates::{Facts, Wall, WallFacts},
        reprints::Original,
    },
    wall::File,
};

pub use verify::{Compared, Outcome, digest_of, verify};
pub use words::Tongue;

/// The JWS type of a certificate.
pub const TYPE: &str = "shikiri.isolation+jws";

/// The form of what is signed.
const FORM: &str = "shikiri.isolation/1";

/// What a recall cannot do, said where its reader will look.
const RECALL_LIMIT: &str = "A recall destroys the file's key in the key directory. Whoever fetched the file before, or \
     copied the key directory together with the file, can still read it.";

/// What the process that drew an export knows and the database does not.
pub(super) struct Drawn {
    pub id: ExportId,
    pub snapshot: String,
    pub wall: Wall,
    pub query: File,
    pub check: File,
    /// What stands on every slip besides the bill; none in other reports.
    pub issuer: Option<Issuer>,
}

/// Signs the certificate of an export that is about to be released.
pub(super) fn sign(
    keys: &CertificateKeys,
    facts: &Facts,
    drawn: &Drawn,
) -> Result<Signed, auth::Error> {
    let mut payload = json!({
        "typ": FORM,
        "export_id": drawn.id.0,
        "tenant": facts.tenant_code.as_str(),
        "report": facts.report.as_str(),
        "issued_at": moment(OffsetDateTime::now_utc()),
        "ordered_at": moment(facts.ordered_at),
        "requested_by": facts.requested_by.0,
        "filter_digest": sha256_hex(&facts.filter_digest),
        "filter_fields": facts.filter_fields,
        "query": { "id": drawn.query.name, "digest": text_digest(drawn.query.sql) },
        "snapshot": { "pg": drawn.snapshot, "at": moment(drawn.wall.taken_at) },
        "rows": {
            "count": facts.rows,
            "distinct_tenants": facts.check_tenants,
            "root": sha256_hex(&facts.rows_digest),
            "amount_sum": facts.amount_yen,
            "salt": hex::encode(&facts.rows_salt),
        },
        "pages": {
            "count": facts.pages,
            "rows_per_page": report::of(facts.report).rows_per_page,
            "root": facts.pages_digest.as_deref().map(sha256_hex),
        },
        "artefact": artefact(&facts.sha256, facts.bytes, facts.report),
        "policy": policy(&facts.wall, facts),
        "second": {
            "count": facts.check_rows,
            "root": sha256_hex(&facts.check_digest),
            "agree": facts.check_agrees,
            "query": { "id": drawn.check.name, "digest": text_digest(drawn.check.sql) },
        },
        "audit": audit(facts.tenant_code.as_str(), &facts.wall),
        "retain_days": facts.retain_days,
        "recall_limit": RECALL_LIMIT,
        "build": build(),
    });
    if let Some(issuer) = &drawn.issuer {
        payload["issuer"] = stamped(issuer);
    }
    keys.sign(TYPE, &payload)
}

/// What is known of a reprint.
pub(super) struct Reprinted<'a> {
    pub id: ExportId,
    pub source: ExportId,
    pub requested_by: UserId,
    pub pages: (u32, u32),
    pub original: &'a Original,
    pub sha256: [u8; 32],
    pub bytes: i64,
}

/// Signs the certificate of a reprint. It states which pages of which checked file it holds, and no new check.
pub(super) fn sign_reprint(
    keys: &CertificateKeys,
    wall: &WallFacts,
    it: &Reprinted<'_>,
) -> Result<Signed, auth::Error> {
    let original = it.original;
    // What its rows' digests are made with is what the original's are made with.
    let claims = keys.published()?.verify(TYPE, &original.certificate)?.claims;
    let mut payload = json!({
        "typ": FORM,
        "export_id": it.id.0,
        "tenant": original.tenant_code.as_str(),
        "report": original.report.as_str(),
        "issued_at": moment(OffsetDateTime::now_utc()),
        "requested_by": it.requested_by.0,
        "filter_digest": sha256_hex(&original.filter_digest),
        "rows": {
            "count": original.rows,
            "distinct_tenants": 1,
            "amount_sum": original.amount_yen,
            "salt": claims["rows"]["salt"],
        },
        "pages": {
            "count": original.pages,
            "rows_per_page": report::of(original.report).rows_per_page,
            "root": sha256_hex(&original.pages_digest),
        },
        "artefact": artefact(&it.sha256, it.bytes, original.report),
        "policy": {
            "digest": format!("sha256:{}", wall.wall_digest),
            "server": domain::version(wall.server_version_num),
            "server_has_fixes": domain::has_fixes(wall.server_version_num),
        },
        "reprint": {
            "of": it.source.0,
            "first_page": it.pages.0,
            "last_page": it.pages.1,
            "artefact_sha256": hex::encode(&original.sha256),
            "certificate": text_digest(&original.certificate),
        },
        "audit": audit(original.tenant_code.as_str(), wall),
        "recall_limit": RECALL_LIMIT,
        "build": build(),
    });
    if let Some(issuer) = claims.get("issuer") {
        payload["issuer"] = issuer.clone();
    }
    keys.sign(TYPE, &payload)
}

/// What a slip says besides the bill. Every slip of the file says it too.
fn stamped(issuer: &Issuer) -> Value {
    let line = |it: &Option<domain::PrintedLine>| it.as_ref().map(|it| it.as_str().to_owned());
    json!({
        "issuer_code": issuer.issuer_code.as_str(),
        "payee_name": issuer.payee_name.as_str(),
        "collector_name": issuer.collector_name.as_str(),
        "slip_purpose": line(&issuer.slip_purpose),
        "slip_remarks": line(&issuer.slip_remarks),
    })
}

fn artefact(sha256: &[u8], bytes: i64, kind: domain::ReportKind) -> Value {
    let media_type = report::media_type_of(kind);
    json!({ "media_type": media_type, "bytes": bytes, "sha256": hex::encode(sha256) })
}

fn policy(wall: &WallFacts, facts: &Facts) -> Value {
    json!({
        "digest": format!("sha256:{}", wall.wall_digest),
        "deployed_from": facts.source_digest.as_ref().map(|it| format!("sha256:{it}")),
        "seal": facts.seal,
        "server": domain::version(wall.server_version_num),
        "server_has_fixes": domain::has_fixes(wall.server_version_num),
        "app_role": {
            "superuser": facts.login_is_superuser,
            "bypassrls": facts.login_bypasses_rls,
            "owner": facts.login_owns,
        },
    })
}

fn audit(tenant: &str, wall: &WallFacts) -> Value {
    json!({ "chain": tenant, "seq": wall.chain_seq, "head": sha256_hex(&wall.chain_hash) })
}

fn build() -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "sql": format!("sha256:{}", crate::dba::catalog::source_digest()),
    })
}

fn sha256_hex(digest: &[u8]) -> String {
    format!("sha256:{}", hex::encode(digest))
}

fn text_digest(text: &str) -> String {
    sha256_hex(&Sha256::digest(text))
}

/// In Japan's time, as the page prints it.
fn moment(at: OffsetDateTime) -> String {
    let japan = UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC);
    // Fails only for years that no clock shows.
    at.replace_nanosecond(0).unwrap_or(at).to_offset(japan).format(&Rfc3339).unwrap_or_default()
}
