-- The life of an export, moved only by the holder of its ticket, one legal step at a time.

-- Locks the state of the export this transaction came in for. An end is an end: then it finds nothing. A reprint has
-- steps of its own, and takes no other: its pages, digest and length are not its ticket's to say. Null: either.
create or replace function shikiri_vault.lock_export(p_states text[], p_reprint boolean default false)
    returns shikiri.export_state
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state;
    id uuid := shikiri_vault.scope_export();
begin
    select s.* into it
    from shikiri.export_state s
    join shikiri.export e on e.tenant_id = s.tenant_id and e.export_id = s.export_id
    where s.export_id = id and (p_reprint is null or (e.reprint_of is not null) = p_reprint)
    for update of s;
    if it.export_id is null or not it.state = any (p_states) then
        raise exception 'shikiri: the export is not in a state for this step' using errcode = 'SK010';
    end if;
    return it;
end
$$;
revoke all on function shikiri_vault.lock_export(text[], boolean) from public;

-- queued -> running. What was counted must be what was expected; otherwise the export fails here.
-- A biller has two that run: a third is told 'busy' and stays in the queue.
create or replace function shikiri_seal.begin_export(
    p_rows integer, p_amount_yen bigint, p_pages integer) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['queued']);
    wanted integer;
    others integer;
begin
    select e.expected_rows into strict wanted from shikiri.export e where e.export_id = it.export_id;
    if wanted <> p_rows then
        perform shikiri_vault.move_export(it.export_id, 'failed', 'row_count_mismatch', null);
        return 'row_count_mismatch';
    end if;
    -- The chain's row lock makes two that begin count one after the other.
    perform from shikiri_vault.chain_head c where c.tenant_id = it.tenant_id for update;
    select count(*) into others
    from shikiri_ops.export_ledger l
    where l.tenant_id = it.tenant_id and l.state in ('running', 'checking');
    if others >= 2 then
        return 'busy';
    end if;
    perform shikiri_vault.move_export(it.export_id, 'running', null,
        jsonb_build_object('rows', p_rows, 'pages', p_pages));
    update shikiri.export_state s
    set counted_rows = p_rows, counted_amount_yen = p_amount_yen, pages_total = p_pages
    where s.export_id = it.export_id;
    return 'running';
end
$$;
revoke all on function shikiri_seal.begin_export(integer, bigint, integer) from public;
grant execute on function shikiri_seal.begin_export(integer, bigint, integer) to shikiri_app;

-- Writes the manifest of pages that were drawn: of each page also the digests of its rows, one after the other, and
-- where it lies in the file. A page is produced when it stands here; what lies behind the page at which somebody asked
-- to stop does not get here, though it may have been drawn. Answers 'stopping' while such a page lies ahead, and
-- 'cancelled' at it.
create or replace function shikiri_seal.report_pages(
    p_pages integer[], p_rows integer[], p_amounts_yen bigint[], p_first text[], p_last text[], p_row_digests bytea[],
    p_first_bytes bigint[], p_last_bytes bigint[]) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['running']);
    pages integer := coalesce(array_length(p_pages, 1), 0);
    last_page integer := it.pages_done + pages;
    more_rows integer;
begin
    -- Pages come in order and without a gap.
    if p_pages is distinct from array(select generate_series(it.pages_done + 1, it.pages_done + pages)) then
        raise exception 'shikiri: pages are reported in order' using errcode = 'SK010';
    end if;
    last_page := least(last_page, it.cancel_at_page);
    insert into shikiri.export_page (
        tenant_id, export_id, page, row_count, amount_yen, first_slip, last_slip, page_digest, row_digests, first_byte,
        last_byte)
    select it.tenant_id, it.export_id, n.page, n.row_count, n.amount_yen, n.first_slip, n.last_slip,
        sha256(n.row_digests), n.row_digests, n.first_byte, n.last_byte
    from unnest(p_pages, p_rows, p_amounts_yen, p_first, p_last, p_row_digests, p_first_bytes, p_last_bytes)
        as n(page, row_count, amount_yen, first_slip, last_slip, row_digests, first_byte, last_byte)
    where n.page <= last_page;
    select coalesce(sum(n.row_count), 0) into more_rows
    from unnest(p_pages, p_rows) as n(page, row_count) where n.page <= last_page;
    update shikiri.export_state s
    set pages_done = last_page, rows_done = it.rows_done + more_rows
    where s.export_id = it.export_id;
    update shikiri_ops.export_ledger l
    set pages_done = last_page, rows_done = it.rows_done + more_rows,
        lease_until = clock_timestamp() + interval '60 seconds'
    where l.tenant_id = it.tenant_id and l.export_id = it.export_id;
    if it.cancel_at_page is null then
        return 'running';
    elsif last_page < it.cancel_at_page then
        return 'stopping';
    end if;
    perform shikiri_vault.end_cancelled(it.export_id);
    return 'cancelled';
end
$$;
revoke all on function shikiri_seal.report_pages(
    integer[], integer[], bigint[], text[], text[], bytea[], bigint[], bigint[]) from public;
grant execute on function shikiri_seal.report_pages(
    integer[], integer[], bigint[], text[], text[], bytea[], bigint[], bigint[]) to shikiri_app;

-- running -> checking: everything is drawn. Rows and pages must be those that were counted, and the digest of the rows
-- that of the manifest's list.
create or replace function shikiri_seal.finish_drawing(
    p_rows_digest bytea, p_sha256 bytea, p_bytes bigint, p_missing_glyphs jsonb) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['running']);
begin
    -- A wish to stop behind the last page is still a wish to stop.
    if it.cancel_requested_at is not null then
        perform shikiri_vault.end_cancelled(it.export_id);
        return 'cancelled';
    end if;
    if it.rows_done is distinct from it.counted_rows or it.pages_done is distinct from it.pages_total
        or p_rows_digest is distinct from (
            select sha256(coalesce(string_agg(p.row_digests, ''::bytea order by p.page), ''))
            from shikiri.export_page p where p.export_id = it.export_id)
    then
        perform shikiri_vault.move_export(it.export_id, 'tripped', 'drawn_is_not_counted', null);
        return 'tripped';
    end if;
    update shikiri.export_state s
    set rows_digest = p_rows_digest, artefact_sha256 = p_sha256, artefact_bytes = p_bytes,
        missing_glyphs = p_missing_glyphs
    where s.export_id = it.export_id;
    update shikiri_ops.export_ledger l
    set artefact_bytes = p_bytes
    where l.tenant_id = it.tenant_id and l.export_id = it.export_id;
    perform shikiri_vault.move_export(it.export_id, 'checking', null, jsonb_build_object(
        'rows', it.rows_done, 'pages', it.pages_done, 'rows_digest', encode(p_rows_digest, 'hex')));
    return 'checking';
end
$$;
revoke all on function shikiri_seal.finish_drawing(bytea, bytea, bigint, jsonb) from public;
grant execute on function shikiri_seal.finish_drawing(bytea, bytea, bigint, jsonb) to shikiri_app;

-- The first row of an export whose digest is not that of a list that was computed otherwise, with its page: found page
-- by page, then within the page. A list that goes on behind the last row differs at the row after it.
create or replace function shikiri_vault.first_difference(
    p_export_id uuid, p_row_digests bytea, out page integer, out row_number integer) returns record
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with pages as (
        select p.page, p.row_count, p.row_digests,
            (sum(p.row_count) over (order by p.page) - p.row_count)::integer as before
        from shikiri.export_page p
        where p.export_id = p_export_id
    ), differs as (
        select p.page, p.row_count, p.row_digests, p.before
        from pages p
        where substr(p_row_digests, 32 * p.before + 1, 32 * p.row_count) <> p.row_digests
        order by p.page
        limit 1
    )
    select d.page, min(d.before + n)::integer
    from differs d, generate_series(1, d.row_count) n
    where substr(d.row_digests, 32 * n - 31, 32) <> substr(p_row_digests, 32 * (d.before + n) - 31, 32)
    group by d.page
    union all
    select max(p.page), (sum(p.row_count) + 1)::integer
    from pages p
    where not exists (select from differs)
    having octet_length(p_row_digests) > 32 * sum(p.row_count)
$$;
revoke all on function shikiri_vault.first_difference(uuid, bytea) from public;

-- The second computation's result: its own list of row digests, which is hashed here, once. The database compares; the
-- checker only says what it found.
create or replace function shikiri_seal.record_check(
    p_rows integer, p_amount_yen bigint, p_tenants integer, p_row_digests bytea) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['checking']);
    found_digest bytea := sha256(p_row_digests);
    agreed boolean;
    differs record;
begin
    agreed := p_rows = it.counted_rows and p_rows = it.rows_done and p_amount_yen = it.counted_amount_yen
        and found_digest = it.rows_digest and p_tenants = case when p_rows = 0 then 0 else 1 end;
    agreed := coalesce(agreed, false);
    -- One row for all of it, all null when the lists are the same.
    select d.page, d.row_number into differs
    from (select) as one
    left join lateral shikiri_vault.first_difference(it.export_id, p_row_digests) d on not agreed;
    insert into shikiri.export_check (
        tenant_id, export_id, row_count, amount_yen, tenant_count, rows_digest, agrees, first_row, first_page)
    values (it.tenant_id, it.export_id, p_rows, p_amount_yen, p_tenants, found_digest, agreed, differs.row_number,
        differs.page);
    if not agreed then
        perform shikiri_vault.move_export(it.export_id, 'tripped', 'second_computation_disagrees', jsonb_strip_nulls(
            jsonb_build_object('counted', it.counted_rows, 'found', p_rows, 'tenants', p_tenants,
                'row', differs.row_number, 'page', differs.page)));
    end if;
    return agreed;
end
$$;
revoke all on function shikiri_seal.record_check(integer, bigint, integer, bytea) from public;
grant execute on function shikiri_seal.record_check(integer, bigint, integer, bytea) to shikiri_checker;

-- Any state before the end -> failed or tripped, by the process that holds the ticket.
create or replace function shikiri_seal.fail_export(p_tripped boolean, p_failure text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['queued', 'running', 'checking'], null);
begin
    perform shikiri_vault.move_export(
        it.export_id, case when p_tripped then 'tripped' else 'failed' end, p_failure, null);
end
$$;
revoke all on function shikiri_seal.fail_export(boolean, text) from public;
grant execute on function shikiri_seal.fail_export(boolean, text) to shikiri_app;

-- Says that the job's process is alive, so that nobody takes it for dead. Also while it waits.
create or replace function shikiri_seal.renew_lease() returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    id uuid := shikiri_vault.scope_export();
    res text;
begin
    update shikiri_ops.export_ledger l
    set lease_until = clock_timestamp() + interval '60 seconds'
    where l.tenant_id = bound and l.export_id = id and l.state in ('queued', 'running', 'checking')
    returning l.state into res;
    return coalesce(res, 'over');
end
$$;
revoke all on function shikiri_seal.renew_lease() from public;
grant execute on function shikiri_seal.renew_lease() to shikiri_app;
