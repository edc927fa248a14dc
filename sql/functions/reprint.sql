-- Reprints: pages of a released file as a file of their own, without asking for its rows again.

-- Orders a reprint and begins it. Its id is made here, and its pages and their digests are those of the original's
-- manifest. What is made of them is told by two tickets, as of every export: one draws, one checks.
create or replace function shikiri_seal.begin_reprint(
    p_source uuid, p_first_page integer, p_last_page integer, out outcome text, out export_id uuid,
    out export_ticket text, out check_ticket text, out tenant_code text, out report text, out source_sha256 bytea,
    out source_bytes bigint, out source_certificate text, out row_count integer, out amount_yen bigint,
    out pages_digest bytea, out filter_digest bytea, out page_count integer, out source_pages integer)
    returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    it shikiri.export;
    stand shikiri.export_state;
    event bigint;
    new_id uuid;
begin
    perform shikiri_vault.require_session();
    select e.* into it from shikiri.export e where e.export_id = p_source;
    select s.* into stand from shikiri.export_state s where s.export_id = p_source for update;
    outcome := case
        when it.export_id is null or not shikiri_vault.owns_artefact(p_source) then 'not_found'
        when stand.state not in ('ready', 'delivering', 'delivered') then stand.state
        when it.reprint_of is not null then 'is_reprint'
        when p_first_page is null or p_last_page is null or p_first_page < 1 or p_last_page < p_first_page
            or p_last_page > stand.pages_done then 'no_such_pages'
        when not exists (select from shikiri.export_check c where c.export_id = p_source and c.agrees) then 'unchecked'
        -- A page of slips is one slip. What is no longer good is not printed again: it could be paid.
        when it.report = 'payment_slip' and exists (
            select from shikiri.export_page p
            join shikiri.slip_event w on w.bill_number = split_part(p.first_slip, '-', 1)
                and w.reissue_number = split_part(p.first_slip, '-', 2)::smallint
            where p.export_id = p_source and p.page between p_first_page and p_last_page
                and w.kind in ('superseded', 'voided')) then 'slips_withdrawn'
    end;
    if outcome is not null then
        return;
    end if;
    perform from shikiri_vault.chain_head c where c.tenant_id = bound for update;
    if (select count(*) from shikiri_ops.export_ledger l
            where l.tenant_id = bound and l.state in ('queued', 'running', 'checking')) >= 12
        or (select count(*) from shikiri.export e where e.reprint_of = p_source) >= 20
    then
        outcome := 'quota';
        return;
    end if;
    select sum(p.row_count)::integer, sum(p.amount_yen)::bigint, sha256(string_agg(p.page_digest, ''::bytea order by p.page)),
        count(*)::integer
    into row_count, amount_yen, pages_digest, page_count
    from shikiri.export_page p
    where p.export_id = p_source and p.page between p_first_page and p_last_page;
    new_id := shikiri_vault.new_artefact();
    event := shikiri_vault.append_event('export.ordered', new_id::text, jsonb_build_object(
        'report', it.report, 'reprint_of', p_source, 'first_page', p_first_page, 'last_page', p_last_page));
    insert into shikiri.export (
        tenant_id, export_id, report, filter, expected_rows, requested_by, reprint_of, reprint_first_page,
        reprint_last_page, options, rows_salt)
    values (bound, new_id, it.report, it.filter, row_count, who, p_source, p_first_page, p_last_page, it.options,
        it.rows_salt);
    insert into shikiri.export_state (
        tenant_id, export_id, state, state_seq, counted_rows, counted_amount_yen, pages_total, pages_done, rows_done)
    values (bound, new_id, 'queued', event, row_count, amount_yen, page_count, page_count, row_count);
    insert into shikiri.export_page (
        tenant_id, export_id, page, row_count, amount_yen, first_slip, last_slip, page_digest, row_digests)
    select bound, new_id, p.page, p.row_count, p.amount_yen, p.first_slip, p.last_slip, p.page_digest,
        p.row_digests
    from shikiri.export_page p
    where p.export_id = p_source and p.page between p_first_page and p_last_page;
    insert into shikiri_ops.export_ledger (
        tenant_id, export_id, report, state, ordered_at, lease_until, rows_expected, rows_done, pages_done)
    values (bound, new_id, it.report, 'queued', clock_timestamp(), clock_timestamp() + interval '60 seconds',
        row_count, row_count, page_count);
    perform shikiri_vault.move_export(new_id, 'running', null, null);
    select t.tenant_code into strict tenant_code from shikiri.tenant t;
    select c.certificate into strict source_certificate
    from shikiri.export_certificate c where c.export_id = p_source;
    report := it.report;
    source_sha256 := stand.artefact_sha256;
    source_bytes := stand.artefact_bytes;
    source_pages := stand.pages_done;
    filter_digest := sha256(convert_to(it.filter::text, 'UTF8'));
    select t.export_ticket, t.check_ticket into export_ticket, check_ticket from shikiri_vault.issue_tickets(new_id) t;
    export_id := new_id;
    outcome := 'begun';
end
$$;
revoke all on function shikiri_seal.begin_reprint(uuid, integer, integer) from public;
grant execute on function shikiri_seal.begin_reprint(uuid, integer, integer) to shikiri_app;

-- running -> checking: which bytes the pages came to, told by the checker alone. No ticket of the application can name a
-- digest or a length: what no checker saw is never released.
create or replace function shikiri_seal.record_reprint(p_sha256 bytea, p_bytes bigint) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['running'], true);
begin
    if octet_length(p_sha256) is distinct from 32 or p_bytes is null or p_bytes < 1 then
        raise exception 'shikiri: a file has a SHA-256 and a length' using errcode = '22023';
    end if;
    update shikiri.export_state s
    set artefact_sha256 = p_sha256, artefact_bytes = p_bytes, rows_digest = (
        select sha256(string_agg(p.page_digest, ''::bytea order by p.page))
        from shikiri.export_page p where p.export_id = it.export_id)
    where s.export_id = it.export_id;
    update shikiri_ops.export_ledger l
    set artefact_bytes = p_bytes
    where l.tenant_id = it.tenant_id and l.export_id = it.export_id;
    perform shikiri_vault.move_export(it.export_id, 'checking', null, jsonb_build_object(
        'sha256', encode(p_sha256, 'hex'), 'bytes', p_bytes));
    return 'checking';
end
$$;
revoke all on function shikiri_seal.record_reprint(bytea, bigint) from public;
grant execute on function shikiri_seal.record_reprint(bytea, bigint) to shikiri_checker;

-- The chain's head and the wall, for the certificate of the reprint that this transaction came in for; and what the
-- checker saw, which is what the certificate states.
create or replace function shikiri_seal.reprint_facts(
    out chain_seq bigint, out chain_hash bytea, out wall_digest text, out server_version_num integer, out sha256 bytea,
    out bytes bigint) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['checking'], true);
begin
    select c.seq, c.hash into strict chain_seq, chain_hash
    from shikiri_vault.chain_head c where c.tenant_id = it.tenant_id for update;
    wall_digest := shikiri_seal.wall_digest();
    server_version_num := current_setting('server_version_num')::integer;
    sha256 := it.artefact_sha256;
    bytes := it.artefact_bytes;
end
$$;
revoke all on function shikiri_seal.reprint_facts() from public;
grant execute on function shikiri_seal.reprint_facts() to shikiri_app;

-- checking -> ready, or the end of a reprint whose original was withdrawn meanwhile. Its rows were checked with the
-- original, and its bytes by the checker.
create or replace function shikiri_seal.finish_reprint(p_certificate text, p_kid text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['checking'], true);
    original uuid;
    source text;
begin
    select e.reprint_of into strict original from shikiri.export e where e.export_id = it.export_id;
    select s.state into strict source from shikiri.export_state s where s.export_id = original for update;
    if source not in ('ready', 'delivering', 'delivered') then
        perform shikiri_vault.move_export(it.export_id, 'failed', 'original_withdrawn', null);
        return 'original_withdrawn';
    end if;
    perform shikiri_vault.move_export(it.export_id, 'ready', null, jsonb_build_object(
        'reprint_of', original, 'sha256', encode(it.artefact_sha256, 'hex'),
        'certificate', encode(sha256(convert_to(p_certificate, 'UTF8')), 'hex')));
    perform shikiri_vault.certify_export(it.export_id, p_certificate, p_kid);
    return 'ready';
end
$$;
revoke all on function shikiri_seal.finish_reprint(text, text) from public;
grant execute on function shikiri_seal.finish_reprint(text, text) to shikiri_app;
