//! A preview's token: what was shown, sealed to the biller it was shown to. It is good for ten minutes.

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{
    domain::{ReportKind, Scope, TenantId},
    export::{Preview, Previewed},
    http::{
        app::App,
        exports::order,
        problem::{PREVIEW_MISMATCH, PREVIEW_STALE, Problem},
        seal,
    },
    statements::exports::scope_to_json,
};

/// Seconds for which a token is good.
const LIFE_S: i64 = 10 * 60;
/// Longer than any token of ours.
const CHARS_MAX: usize = 4_096;

/// What a token says.
pub(in crate::http) struct Shown {
    pub report: ReportKind,
    pub scope: Scope,
    pub previewed: Previewed,
}

fn bound(tenant: TenantId) -> Vec<u8> {
    seal::bound(&[b"preview", &tenant.0.to_be_bytes()])
}

/// Makes a token; and when it ends.
pub(in crate::http) fn make(
    app: &App,
    tenant: TenantId,
    report: ReportKind,
    scope: &Scope,
    preview: &Preview,
) -> Result<(String, OffsetDateTime), Problem> {
    let until = app.now() + time::Duration::seconds(LIFE_S);
    let said = json!([
        until.unix_timestamp(),
        report.as_str(),
        scope_to_json(scope),
        preview.rows,
        preview.fingerprint,
    ]);
    let token = seal::seal(app.keys.cursor_key(), &bound(tenant), said.to_string().as_bytes())?;
    Ok((token, until))
}

/// Reads a token.
///
/// # Errors
/// When it is not ours, not this biller's, or too old.
pub(in crate::http) fn read(app: &App, tenant: TenantId, token: &str) -> Result<Shown, Problem> {
    let mismatch = || Problem::new(&PREVIEW_MISMATCH);
    let plain = seal::open(app.keys.cursor_key(), &bound(tenant), token, CHARS_MAX);
    let plain = plain.ok_or_else(mismatch)?;
    let said: Value = serde_json::from_slice(&plain).map_err(|_| mismatch())?;
    if said[0].as_i64().unwrap_or(0) <= app.now().unix_timestamp() {
        return Err(Problem::new(&PREVIEW_STALE));
    }
    let report = said[1].as_str().and_then(|it| ReportKind::parse(it).ok());
    let rows = said[3].as_u64();
    let fingerprint = said[4].as_str().map(str::to_owned);
    let (Some(report), Some(rows), Some(fingerprint)) = (report, rows, fingerprint) else {
        return Err(mismatch());
    };
    let scope = order::scope(Some(&said[2]))?;
    Ok(Shown { report, scope, previewed: Previewed { rows, fingerprint } })
}
