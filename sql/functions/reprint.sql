-- Reprints: pages of a released file as a file of their own, without asking for its rows again.

-- Orders a reprint and begins it. Its pages and their digests are those of the original's manifest.
create or replace function shikiri_seal.begin_reprint(
    p_source uuid, p_export_id uuid, p_first_page integer, p_last_page integer, out outcome text, out tenant_code text,
    out report text, out source_sha256 bytea, out source_bytes bigint, out source_certificate text, out row_count integer,
    out amount_yen bigint, out pages_digest bytea, out filter_digest bytea, out page_count integer, out source_pages integer)
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
begin
    perform shikiri_vault.require_session();
    select e.* into it from shikiri.export e where e.export_id = p_source;
    select s.* into stand from shikiri.export_state s where s.export_id = p_source for update;
    outcome := case
        when it.export_id is null then 'not_found'
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
    event := shikiri_vault.append_event('export.ordered', p_export_id::text, jsonb_build_object(
        'report', it.report, 'reprint_of', p_source, 'first_page', p_first_page, 'last_page', p_last_page));
    insert into shikiri.export (
        tenant_id, export_id, report, filter, expected_rows, requested_by, reprint_of, reprint_first_page,
        reprint_last_page, options, rows_salt)
    values (bound, p_export_id, it.report, it.filter, row_count, who, p_source, p_first_page, p_last_page, it.options,
        it.rows_salt);
    insert into shikiri.export_state (
        tenant_id, export_id, state, state_seq, counted_rows, counted_amount_yen, pages_total, pages_done, rows_done)
    values (bound, p_export_id, 'queued', event, row_count, amount_yen, page_count, page_count, row_count);
    insert into shikiri.export_page (
        tenant_id, export_id, page, row_count, amount_yen, first_slip, last_slip, page_digest, row_digests)
    select bound, p_export_id, p.page, p.row_count, p.amount_yen, p.first_slip, p.last_slip, p.page_digest,
        p.row_digests
    from shikiri.export_page p
    where p.export_id = p_source and p.page between p_first_page and p_last_page;
    insert into shikiri_ops.export_ledger (
        tenant_id, export_id, report, state, ordered_at, lease_until, rows_expected, rows_done, pages_done)
    values (bound, p_export_id, it.report, 'queued', clock_timestamp(), clock_timestamp() + interval '60 seconds',
        row_count, row_count, page_count);
    perform shikiri_vault.move_export(p_export_id, 'running', null, null);
    select t.tenant_code into strict tenant_code from shikiri.tenant t;
    select c.certificate into strict source_certificate
    from shikiri.export_certificate c where c.export_id = p_source;
    report := it.report;
    source_sha256 := stand.artefact_sha256;
    source_bytes := stand.artefact_bytes;
    source_pages := stand.pages_done;
    filter_digest := sha256(convert_to(it.filter::text, 'UTF8'));
    outcome := 'begun';
end
$$;
revoke all on function shikiri_seal.begin_reprint(uuid, uuid, integer, integer) from public;
grant execute on function shikiri_seal.begin_reprint(uuid, uuid, integer, integer) to shikiri_app;

-- The reprint that the actor of this session began, while it is under way; an error when there is none.
create or replace function shikiri_vault.lock_reprint(p_export_id uuid) returns shikiri.export
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    who uuid := shikiri_seal.actor();
    it shikiri.export;
begin
    perform shikiri_vault.require_session();
    select e.* into it
    from shikiri.export e
    join shikiri.export_state s on s.tenant_id = e.tenant_id and s.export_id = e.export_id
    where e.export_id = p_export_id and e.reprint_of is not null and e.requested_by = who and s.state = 'running'
    for update of s;
    if it.export_id is null then
        raise exception 'shikiri: no such reprint is under way' using errcode = 'SK010';
    end if;
    return it;
end
$$;
revoke all on function shikiri_vault.lock_reprint(uuid) from public;

-- The chain's head and the wall, for the reprint's certificate.
create or replace function shikiri_seal.reprint_facts(
    p_export_id uuid, out chain_seq bigint, out chain_hash bytea, out wall_digest text, out server_version_num integer)
    returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export := shikiri_vault.lock_reprint(p_export_id);
begin
    select c.seq, c.hash into strict chain_seq, chain_hash
    from shikiri_vault.chain_head c where c.tenant_id = it.tenant_id for update;
    wall_digest := shikiri_seal.wall_digest();
    server_version_num := current_setting('server_version_num')::integer;
end
$$;
revoke all on function shikiri_seal.reprint_facts(uuid) from public;
grant execute on function shikiri_seal.reprint_facts(uuid) to shikiri_app;

-- Releases a reprint, or ends it when its original was withdrawn meanwhile. Its rows were checked with the original.
create or replace function shikiri_seal.finish_reprint(
    p_export_id uuid, p_sha256 bytea, p_bytes bigint, p_certificate text, p_kid text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export := shikiri_vault.lock_reprint(p_export_id);
    source text;
begin
    select s.state into strict source from shikiri.export_state s where s.export_id = it.reprint_of for update;
    if source not in ('ready', 'delivering', 'delivered') then
        perform shikiri_vault.move_export(p_export_id, 'failed', 'original_withdrawn', null);
        return 'original_withdrawn';
    end if;
    update shikiri.export_state s
    set artefact_sha256 = p_sha256, artefact_bytes = p_bytes, rows_digest = (
        select sha256(string_agg(p.page_digest, ''::bytea order by p.page))
        from shikiri.export_page p where p.export_id = p_export_id)
    where s.export_id = p_export_id;
    update shikiri_ops.export_ledger l
    set artefact_bytes = p_bytes
    where l.tenant_id = it.tenant_id and l.export_id = p_export_id;
    perform shikiri_vault.move_export(p_export_id, 'checking', null, null);
    perform shikiri_vault.move_export(p_export_id, 'ready', null, jsonb_build_object(
        'reprint_of', it.reprint_of, 'sha256', encode(p_sha256, 'hex'),
        'certificate', encode(sha256(convert_to(p_certificate, 'UTF8')), 'hex')));
    perform shikiri_vault.certify_export(p_export_id, p_certificate, p_kid);
    return 'ready';
end
$$;
revoke all on function shikiri_seal.finish_reprint(uuid, bytea, bigint, text, text) from public;
grant execute on function shikiri_seal.finish_reprint(uuid, bytea, bigint, text, text) to shikiri_app;

-- Ends a reprint that could not be made.
create or replace function shikiri_seal.fail_reprint(p_export_id uuid, p_failure text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export := shikiri_vault.lock_reprint(p_export_id);
begin
    perform shikiri_vault.move_export(it.export_id, 'failed', p_failure, null);
    return 'failed';
end
$$;
revoke all on function shikiri_seal.fail_reprint(uuid, text) from public;
grant execute on function shikiri_seal.fail_reprint(uuid, text) to shikiri_app;
