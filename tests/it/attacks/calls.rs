//! Every call of the function matrix: at least one for each function that a login role may execute.

/// In what state a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// No seal.
    Unbound,
    /// A's session.
    Session,
    /// The ticket of A's export: for drawing as the application, for checking as the checker.
    Export,
}

/// One call. Its text must answer something that is the same in every run.
pub struct Call {
    /// As `regprocedure` prints it.
    pub function: &'static str,
    pub sql: &'static str,
    /// Credentials, which may not be literals; names of the matrix' facts.
    pub params: &'static [&'static str],
    /// Undone afterwards: it may change A, or it is the operator's right to change B.
    pub undo: bool,
}

const fn call(function: &'static str, sql: &'static str, params: &'static [&'static str]) -> Call {
    Call { function, sql, params, undo: false }
}

const fn undone(
    function: &'static str,
    sql: &'static str,
    params: &'static [&'static str],
) -> Call {
    Call { function, sql, params, undo: true }
}

/// In the order of the catalogue. Ids are B's wherever an id goes in.
pub const CALLS: &[Call] = &[
    call(
        "shikiri_audit.findings_for(jsonb)",
        "select count(*) > 0 from shikiri_audit.findings_for('{}')",
        &[],
    ),
    call(
        "shikiri_audit.matrix_for(jsonb)",
        "select count(*) > 0 from shikiri_audit.matrix_for('{}')",
        &[],
    ),
    call(
        "shikiri_audit.role_paths_for(jsonb)",
        "select count(*) > 0 from shikiri_audit.role_paths_for('{}')",
        &[],
    ),
    call("shikiri_seal.actor()", "select shikiri_seal.actor() = ':user_of_a'::uuid", &[]),
    call(
        "shikiri_seal.add_user(text,text,text,bytea,text,bytea)",
        "select outcome from shikiri_seal.add_user('mallory', 'm', 'tenant_admin', 'x', 'x', 'x')",
        &[],
    ),
    call("shikiri_seal.assert_clean()", "select shikiri_seal.assert_clean()", &[]),
    undone(
        "shikiri_seal.begin_export(integer,bigint,integer)",
        "select shikiri_seal.begin_export(1, 1, 1)",
        &[],
    ),
    undone(
        "shikiri_seal.begin_login(text,text,bytea)",
        "select shikiri_seal.begin_login(':code_of_b', 'clerk', sha256('x')) is null",
        &[],
    ),
    undone(
        "shikiri_seal.begin_proof(bytea)",
        "select shikiri_seal.begin_proof(sha256('x')) is null",
        &[],
    ),
    undone(
        "shikiri_seal.cancel_export(uuid,integer,integer,text)",
        "select c.outcome, c.state, c.effective_page from shikiri_seal.cancel_export(':export_of_b', null, 0, 'x') c",
        &[],
    ),
    call(
        "shikiri_seal.change_own_password(uuid,bytea,bytea,text,bytea,uuid)",
        "select shikiri_seal.change_own_password(':user_of_b', 'wrong', 'x', 'x', 'x', ':session_of_b')",
        &[],
    ),
    call(
        "shikiri_seal.end_interrupted_exports()",
        "select shikiri_seal.end_interrupted_exports()",
        &[],
    ),
    call("shikiri_seal.end_session(uuid)", "select shikiri_seal.end_session(':session_of_b')", &[]),
    call("shikiri_seal.enter(text)", "select shikiri_seal.enter($1::text)", &["secret_of_a"]),
    call("shikiri_seal.enter(text)", "select shikiri_seal.enter($1::text)", &["session_of_b"]),
    call("shikiri_seal.enter(text)", "select shikiri_seal.enter($1::text)", &["ticket_of_a"]),
    call(
        "shikiri_seal.enter_check(text)",
        "select shikiri_seal.enter_check($1::text)",
        &["check_of_a"],
    ),
    call(
        "shikiri_seal.enter_check(text)",
        "select shikiri_seal.enter_check($1::text)",
        &["ticket_of_a"],
    ),
    call(
        "shikiri_seal.enter_check(text)",
        "select shikiri_seal.enter_check($1::text)",
        &["secret_of_a"],
    ),
    call(
        "shikiri_seal.enter_export(text)",
        "select shikiri_seal.enter_export($1::text)",
        &["ticket_of_a"],
    ),
    call(
        "shikiri_seal.enter_export(text)",
        "select shikiri_seal.enter_export($1::text)",
        &["check_of_a"],
    ),
    call(
        "shikiri_seal.enter_export(text)",
        "select shikiri_seal.enter_export($1::text)",
        &["export_of_b"],
    ),
    undone(
        "shikiri_seal.fail_export(boolean,text)",
        "select shikiri_seal.fail_export(true, 'x')",
        &[],
    ),
    undone(
        "shikiri_seal.finish_drawing(bytea,bytea,bigint,jsonb)",
        "select shikiri_seal.finish_drawing('x', 'x', 1, null)",
        &[],
    ),
    call(
        "shikiri_seal.login_params(text,text)",
        "select length(p.salt), left(p.kdf, 9) from shikiri_seal.login_params(':code_of_b', 'clerk') p",
        &[],
    ),
    call(
        "shikiri_seal.login_params(text,text)",
        "select length(p.salt), left(p.kdf, 9) from shikiri_seal.login_params(':code_of_b', 'nobody') p",
        &[],
    ),
    call(
        "shikiri_seal.begin_fetch(uuid,bigint,bigint)",
        "select shikiri_seal.begin_fetch(':export_of_b', 0, 1) is null",
        &[],
    ),
    undone(
        "shikiri_seal.certificate_facts()",
        "select c.tenant_code from shikiri_seal.certificate_facts() c",
        &[],
    ),
    call(
        "shikiri_seal.retain_export(uuid,integer)",
        "select shikiri_seal.retain_export(':export_of_b', 90)",
        &[],
    ),
    call(
        "shikiri_seal.end_fetch(text,boolean,bigint)",
        "select shikiri_seal.end_fetch($1, true, 1)",
        &["secret_of_b"],
    ),
    call(
        "shikiri_seal.make_link(uuid,integer,text,uuid)",
        "select m.outcome, m.token is null from shikiri_seal.make_link(':export_of_b', 60, 'none', ':session_of_a') m",
        &[],
    ),
    call(
        "shikiri_seal.make_link(uuid,integer,text,uuid)",
        "select m.outcome from shikiri_seal.make_link(':export_of_b', 60, 'session', ':session_of_b') m",
        &[],
    ),
    call(
        "shikiri_seal.open_link(text,text,bigint,bigint)",
        "select o.outcome, o.export_id is null from shikiri_seal.open_link($1, $2, 0, 1) o",
        &["link_of_b", "secret_of_a"],
    ),
    call(
        "shikiri_seal.open_link(text,text,bigint,bigint)",
        "select o.outcome, o.export_id is null from shikiri_seal.open_link($1, $2, null, null) o",
        &["secret_of_b", "secret_of_b"],
    ),
    call(
        "shikiri_seal.recall_export(uuid,text)",
        "select coalesce(shikiri_seal.recall_export(':export_of_b', 'x'), 'nothing')",
        &[],
    ),
    call(
        "shikiri_seal.discard_export(uuid)",
        "select coalesce(shikiri_seal.discard_export(':export_of_b'), 'nothing')",
        &[],
    ),
    call("shikiri_seal.expire_exports()", "select shikiri_seal.expire_exports()", &[]),
    call(
        "shikiri_seal.doomed_exports(integer[],uuid[])",
        "select count(*) from shikiri_seal.doomed_exports(array[:id_of_a, null], array[':export_of_b', ':export_of_b']::uuid[])",
        &[],
    ),
    call(
        "shikiri_seal.note_shredded(integer[],uuid[])",
        "select shikiri_seal.note_shredded(array[:id_of_a, null], array[':export_of_b', ':export_of_b']::uuid[])",
        &[],
    ),
    call(
        "shikiri_seal.begin_reprint(uuid,integer,integer)",
        "select b.outcome, b.tenant_code is null, b.export_id is null from shikiri_seal.begin_reprint(':export_of_b', 1, 1) b",
        &[],
    ),
    call(
        "shikiri_seal.reprint_facts()",
        "select f.chain_seq from shikiri_seal.reprint_facts() f",
        &[],
    ),
    call(
        "shikiri_seal.finish_reprint(text,text)",
        "select shikiri_seal.finish_reprint('x', 'x')",
        &[],
    ),
    call(
        "shikiri_seal.record_reprint(bytea,bigint)",
        "select shikiri_seal.record_reprint('x', 1)",
        &[],
    ),
    undone(
        "shikiri_seal.note_foreign_payments(text,integer,integer,bytea)",
        "select shikiri_seal.note_foreign_payments('x', 1, 1, 'x') > 0",
        &[],
    ),
    undone(
        "shikiri_seal.note_payment_import(uuid,text,integer,integer,bytea)",
        "select shikiri_seal.note_payment_import(':export_of_b', 'x', 1, 1, 'x') > 0",
        &[],
    ),
    call(
        "shikiri_seal.note_registered(text[],smallint[])",
        "select shikiri_seal.note_registered('{0000000000000001}', '{0}') > 0",
        &[],
    ),
    undone(
        "shikiri_seal.note_slip_import(uuid,integer,text,text,bytea)",
        "select shikiri_seal.note_slip_import(':export_of_b', 1, 'x', 'x', 'x') > 0",
        &[],
    ),
    undone(
        "shikiri_seal.open_session(uuid,bytea,text,text)",
        "select o.outcome, o.session_secret is null, o.tenant_id is null, o.other_session_id is null \
             from shikiri_seal.open_session(':user_of_b', 'wrong', 'take_over', 'x') o",
        &[],
    ),
    undone(
        "shikiri_seal.open_session(uuid,bytea,text,text)",
        "select o.outcome, o.session_secret is null, o.tenant_id is null, o.other_session_id is null \
             from shikiri_seal.begin_login(':code_of_b', 'clerk', sha256(sha256('wrong'))) a, \
             shikiri_seal.open_session(a, 'wrong', 'take_over', 'x') o",
        &[],
    ),
    call(
        "shikiri_seal.order_export(text,jsonb,integer,text,jsonb)",
        "select o.outcome from shikiri_seal.order_export('slip_list', '{\"all\": true}', 1, null, '{}') o",
        &[],
    ),
    call("shikiri_seal.own_salt()", "select length(o.salt) from shikiri_seal.own_salt() o", &[]),
    call("shikiri_seal.preflight()", "select shikiri_seal.preflight()", &[]),
    call("shikiri_seal.is_sealed()", "select shikiri_seal.is_sealed()", &[]),
    call("shikiri_seal.seal_fault()", "select shikiri_seal.seal_fault()", &[]),
    undone(
        "shikiri_seal.record_check(integer,bigint,integer,bytea)",
        "select shikiri_seal.record_check(1, 1, 1, 'x')",
        &[],
    ),
    call(
        "shikiri_seal.release_export(text,text)",
        "select shikiri_seal.release_export('x', 'x')",
        &[],
    ),
    call("shikiri_seal.renew_lease()", "select shikiri_seal.renew_lease()", &[]),
    undone(
        "shikiri_seal.report_print(uuid,integer,text)",
        "select r.outcome, r.report_number from shikiri_seal.report_print(':export_of_b', 1, 'x') r",
        &[],
    ),
    undone(
        "shikiri_seal.report_pages(integer[],integer[],bigint[],text[],text[],bytea[],bigint[],bigint[])",
        "select shikiri_seal.report_pages('{1}', '{1}', '{1}', '{x}', '{x}', '{x}', '{1}', '{1}')",
        &[],
    ),
    call(
        "shikiri_seal.reset_password(uuid,bytea,text,bytea)",
        "select shikiri_seal.reset_password(':user_of_b', 'x', 'x', 'x')",
        &[],
    ),
    call("shikiri_seal.scope()", "select length(shikiri_seal.scope())", &[]),
    call(
        "shikiri_seal.sessions()",
        "select count(*), count(*) filter (where s.session_id = ':session_of_b' or s.tenant_id <> :id_of_a) \
             from shikiri_seal.sessions() s",
        &[],
    ),
    undone(
        "shikiri_seal.spend_token(bytea)",
        "select shikiri_seal.spend_token('x'), shikiri_seal.spend_token('x')",
        &[],
    ),
    undone("shikiri_seal.settle_logins()", "select shikiri_seal.settle_logins() >= 0", &[]),
    call("shikiri_seal.tenant()", "select shikiri_seal.tenant() = :id_of_a", &[]),
    call("shikiri_seal.guarded_schemas()", "select shikiri_seal.guarded_schemas()", &[]),
    call(
        "shikiri_seal.wall_differences()",
        "select count(*) from shikiri_seal.wall_differences()",
        &[],
    ),
    call("shikiri_seal.wall_digest()", "select length(shikiri_seal.wall_digest())", &[]),
    call("shikiri_seal.wall_lines()", "select count(*) > 99 from shikiri_seal.wall_lines()", &[]),
    call(
        "shikiri_seal.wall_state()",
        "select w.live_digest = w.deployed_digest from shikiri_seal.wall_state() w",
        &[],
    ),
    call(
        "shikiri_seal.who_am_i(text)",
        "select w.tenant_id = :id_of_a from shikiri_seal.who_am_i($1::text) w",
        &["secret_of_b"],
    ),
    call(
        "shikiri_seal.who_am_i(text)",
        "select w.tenant_id = :id_of_a from shikiri_seal.who_am_i($1::text) w",
        &["secret_of_a"],
    ),
    undone(
        "shikiri_seal.withdraw_slip(text,smallint,text,text)",
        "select shikiri_seal.withdraw_slip('0000000000000001', 0::smallint, 'voided', 'x')",
        &[],
    ),
    undone(
        "shikiri_seal.withdraw_slip(text,smallint,text,text)",
        "select shikiri_seal.withdraw_slip('0000000000000000', 0::smallint, 'voided', 'x')",
        &[],
    ),
    undone(
        "shikiri_ops.add_tenant(text,text,text,text[])",
        "select shikiri_ops.add_tenant(':code_of_b', 'x', 'taxable', '{}')",
        &[],
    ),
    undone(
        "shikiri_ops.add_user(text,text,text,text,bytea,text,bytea)",
        "select shikiri_ops.add_user(':code_of_b', 'clerk', 'x', 'clerk', 'x', 'x', 'x')",
        &[],
    ),
    undone(
        "shikiri_ops.disable_user(text,text)",
        "select shikiri_ops.disable_user(':code_of_b', 'clerk')",
        &[],
    ),
    undone(
        "shikiri_ops.open_probes()",
        "select p.tenant_a <> :id_of_a and p.tenant_b <> :id_of_a and length(p.secret_a) = 64 from shikiri_ops.open_probes() p",
        &[],
    ),
    undone(
        "shikiri_ops.record_wall(text)",
        "select shikiri_ops.record_wall('audit') is not null",
        &[],
    ),
    undone(
        "shikiri_ops.reset_user(text,text,bytea,text,bytea)",
        "select shikiri_ops.reset_user(':code_of_b', 'clerk', 'x', 'x', 'x')",
        &[],
    ),
    undone("shikiri_ops.rotate_seal_key()", "select shikiri_ops.rotate_seal_key() > 0", &[]),
    undone(
        "shikiri_ops.set_issuer(text,text,text,text,text,text)",
        "select shikiri_ops.set_issuer(':code_of_b', '912345', 'x', 'x', null, null)",
        &[],
    ),
    undone(
        "shikiri_ops.suspend_tenant(text,boolean)",
        "select shikiri_ops.suspend_tenant(':code_of_b', true)",
        &[],
    ),
    call(
        "shikiri_ops.resolve_page(uuid,integer)",
        "select count(*) filter (where r.sent = 'never') from shikiri_ops.resolve_page(':export_of_b', 1) r",
        &[],
    ),
    call(
        "shikiri_ops.verify_chain(text)",
        "select v.outcome, v.events > 0, v.bad_seq from shikiri_ops.verify_chain(':code_of_b') v",
        &[],
    ),
];
