-- Bytes that leave: by a session or by a link. Every range is in the ledger and in the chain before it is sent.

-- Writes a fetch of the bound tenant down, and makes the ticket that will tell its end. Null: nothing to fetch.
create or replace function shikiri_vault.begin_fetch(
    p_export_id uuid, p_link_id uuid, p_first bigint, p_last bigint) returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    new_fetch uuid := gen_random_uuid();
    ticket text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    it shikiri.export_state;
begin
    select s.* into it from shikiri.export_state s where s.export_id = p_export_id for update;
    if it.export_id is null or not shikiri_vault.owns_artefact(p_export_id)
        or it.state not in ('ready', 'delivering', 'delivered') or p_first is null or p_last is null or p_first < 0 or p_last < p_first or p_last >= it.artefact_bytes
    then
        return null;
    end if;
    if (select count(*) from shikiri.export_fetch f where f.export_id = p_export_id) >= 1000 then
        return 'quota';
    end if;
    perform shikiri_vault.append_event('export.fetched', p_export_id::text, jsonb_strip_nulls(jsonb_build_object(
        'first_byte', p_first, 'last_byte', p_last, 'fetch', new_fetch, 'link', p_link_id)));
    insert into shikiri.export_fetch (tenant_id, export_id, fetch_id, link_id, fetched_by, first_byte, last_byte)
    values (bound, p_export_id, new_fetch, p_link_id, case when p_link_id is null then who end, p_first, p_last);
    if it.state = 'ready' then
        perform shikiri_vault.move_export(p_export_id, 'delivering', null, null);
    end if;
    delete from shikiri_vault.fetch_ticket k where k.tenant_id = bound and k.expires_at < clock_timestamp();
    insert into shikiri_vault.fetch_ticket (ticket_hash, tenant_id, user_id, export_id, fetch_id, expires_at)
    values (sha256(convert_to(ticket, 'UTF8')), bound, who, p_export_id, new_fetch, clock_timestamp() + interval '1 day');
    return ticket;
end
$$;
revoke all on function shikiri_vault.begin_fetch(uuid, uuid, bigint, bigint) from public;

create or replace function shikiri_seal.begin_fetch(p_export_id uuid, p_first bigint, p_last bigint) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_vault.require_session();
    return shikiri_vault.begin_fetch(p_export_id, null, p_first, p_last);
end
$$;
revoke all on function shikiri_seal.begin_fetch(uuid, bigint, bigint) from public;
grant execute on function shikiri_seal.begin_fetch(uuid, bigint, bigint) to shikiri_app;

-- How many fetches a link has begun, which ranges went to their end with it, and how many bytes left with it in all. A
-- fetch whose end does not say how far it came counts as all of its range.
create or replace function shikiri_vault.link_account(
    p_export_id uuid, p_link_id uuid, out fetches bigint, out delivered int8multirange, out sent bigint) returns record
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select count(*),
        coalesce(range_agg(int8range(f.first_byte, f.last_byte, '[]')) filter (where f.complete), '{}'),
        coalesce(sum(coalesce(f.sent_bytes, f.last_byte - f.first_byte + 1)), 0)::bigint
    from shikiri.export_fetch f
    where f.export_id = p_export_id and f.link_id = p_link_id
$$;
revoke all on function shikiri_vault.link_account(uuid, uuid) from public;

-- Whether the ranges that were sent to their end make the whole file.
create or replace function shikiri_vault.is_covered(p_export_id uuid, p_link_id uuid) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(range_agg(int8range(f.first_byte, f.last_byte, '[]')) @> int8range(0, min(s.artefact_bytes)), false)
    from shikiri.export_fetch f
    join shikiri.export_state s on s.tenant_id = f.tenant_id and s.export_id = f.export_id
    where f.export_id = p_export_id and f.complete and (p_link_id is null or f.link_id = p_link_id)
$$;
revoke all on function shikiri_vault.is_covered(uuid, uuid) from public;

-- The end of a fetch, told by the ticket that its beginning gave, with how many bytes were handed out. Nothing can be
-- read with it.
create or replace function shikiri_vault.end_fetch(p_ticket text, p_complete boolean, p_sent bigint) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    wanted bytea := sha256(convert_to(p_ticket, 'UTF8'));
    it record;
    link uuid;
    now_at text;
begin
    if position(p_ticket in current_query()) > 0 then
        raise exception 'shikiri: send the credential as a parameter, never as a literal' using errcode = 'SK011';
    end if;
    delete from shikiri_vault.fetch_ticket k where k.ticket_hash = wanted
    returning k.tenant_id, k.user_id, k.export_id, k.fetch_id into it;
    if it.tenant_id is null then
        return false;
    end if;
    perform shikiri_vault.bind(it.tenant_id, it.user_id, 'fetch');
    select s.state into strict now_at from shikiri.export_state s where s.export_id = it.export_id for update;
    update shikiri.export_fetch f
    set ended_at = clock_timestamp(), complete = p_complete, sent_bytes = case
        when p_complete then f.last_byte - f.first_byte + 1
        else greatest(0, least(p_sent, f.last_byte - f.first_byte + 1))
    end
    where f.export_id = it.export_id and f.fetch_id = it.fetch_id
    returning f.link_id into link;
    if p_complete and link is not null and shikiri_vault.is_covered(it.export_id, link) then
        update shikiri.export_link l
        set spent_at = clock_timestamp()
        where l.export_id = it.export_id and l.link_id = link and l.spent_at is null;
    end if;
    if p_complete and now_at = 'delivering' and shikiri_vault.is_covered(it.export_id, null) then
        perform shikiri_vault.move_export(it.export_id, 'delivered', null, null);
    end if;
    return true;
end
$$;
revoke all on function shikiri_vault.end_fetch(text, boolean, bigint) from public;

create or replace function shikiri_seal.end_fetch(p_ticket text, p_complete boolean, p_sent bigint) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res boolean;
begin
    res := shikiri_vault.end_fetch(p_ticket, p_complete, p_sent);
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_seal.end_fetch(text, boolean, bigint) from public;
grant execute on function shikiri_seal.end_fetch(text, boolean, bigint) to shikiri_app;
