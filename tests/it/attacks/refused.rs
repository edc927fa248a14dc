//! Calls of the function matrix that a role may not make.

/// Calls that a role may not make at all, and whose refusal is worth a line.
pub const REFUSED: &[(&str, &str)] = &[
    ("shikiri_app", "shikiri_seal.enter_check(text)"),
    ("shikiri_app", "shikiri_seal.record_check(integer,bigint,integer,bytea)"),
    ("shikiri_app", "shikiri_seal.settle_logins()"),
    ("shikiri_app", "shikiri_ops.open_probes()"),
    ("shikiri_app", "shikiri_ops.rotate_seal_key()"),
    ("shikiri_app", "shikiri_ops.suspend_tenant(text,boolean)"),
    ("shikiri_app", "shikiri_ops.resolve_page(uuid,integer)"),
    ("shikiri_app", "shikiri_ops.verify_chain(text)"),
    ("shikiri_checker", "shikiri_seal.enter(text)"),
    ("shikiri_checker", "shikiri_seal.enter_export(text)"),
    ("shikiri_checker", "shikiri_seal.release_export(text,text)"),
    ("shikiri_checker", "shikiri_seal.renew_lease()"),
    ("shikiri_checker", "shikiri_seal.open_session(uuid,bytea,text,text)"),
    ("shikiri_operator", "shikiri_seal.enter(text)"),
    ("shikiri_operator", "shikiri_seal.tenant()"),
    ("shikiri_auditor", "shikiri_seal.enter(text)"),
    ("shikiri_migrator", "shikiri_seal.enter(text)"),
];
