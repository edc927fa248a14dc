-- Links: a secret that fetches one file once, for a quarter of an hour at most. A byte that went to its end with a link
-- does not go again; one that was broken off may, until the link has handed out three times the file.

-- Makes a link. One that is bound opens for the session that made it and for no other.
create or replace function shikiri_seal.make_link(
    p_export_id uuid, p_ttl_s integer, p_bind text, p_session_id uuid,
    out outcome text, out link_id uuid, out token text, out expires_at timestamptz) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    it shikiri.export_state;
    new_link uuid := gen_random_uuid();
    secret text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    until timestamptz := clock_timestamp() + p_ttl_s * interval '1 second';
begin
    perform shikiri_vault.require_session();
    if p_ttl_s is null or p_ttl_s not between 1 and 900 then
        raise exception 'shikiri: a link lives 1 to 900 seconds' using errcode = '22023';
    end if;
    if not exists (
        select from shikiri_vault.session s
        where s.tenant_id = bound and s.user_id = who and s.session_id = p_session_id and s.ended_at is null)
    then
        raise exception 'shikiri: credential rejected' using errcode = 'SK010';
    end if;
    select s.* into it from shikiri.export_state s where s.export_id = p_export_id for update;
    if it.export_id is null then
        outcome := 'not_found';
        return;
    end if;
    if it.state not in ('ready', 'delivering', 'delivered') then
        outcome := it.state;
        return;
    end if;
    if (select count(*) from shikiri.export_link l where l.export_id = p_export_id) >= 100 then
        outcome := 'quota';
        return;
    end if;
    perform shikiri_vault.append_event('export.link_made', p_export_id::text, jsonb_build_object(
        'link', new_link, 'bind', p_bind, 'ttl_s', p_ttl_s));
    insert into shikiri.export_link (tenant_id, export_id, link_id, bind, created_by, expires_at)
    values (bound, p_export_id, new_link, p_bind, who, until);
    -- A link that is over is still told apart from one that never was, for a day.
    delete from shikiri_vault.link l where l.tenant_id = bound and l.expires_at < clock_timestamp() - interval '1 day';
    insert into shikiri_vault.link (token_hash, tenant_id, export_id, link_id, session_id, expires_at)
    values (sha256(convert_to(secret, 'UTF8')), bound, p_export_id, new_link,
        case when p_bind = 'session' then p_session_id end, until);
    outcome := 'made';
    link_id := new_link;
    token := secret;
    expires_at := until;
end
$$;
revoke all on function shikiri_seal.make_link(uuid, integer, text, uuid) from public;
grant execute on function shikiri_seal.make_link(uuid, integer, text, uuid) to shikiri_app;

-- Looks behind a link (without a range), or begins to fetch with it. A link that is bound needs its living session.
create or replace function shikiri_vault.open_link(
    p_token text, p_session_secret text, p_first bigint, p_last bigint,
    out outcome text, out tenant_id integer, out export_id uuid, out report text, out bytes bigint, out sha256 bytea,
    out fetch_ticket text, out remaining text[]) returns record
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    wanted bytea := sha256(convert_to(p_token, 'UTF8'));
    of_session bytea := sha256(convert_to(coalesce(p_session_secret, ''), 'UTF8'));
    it record;
    link shikiri.export_link;
    stand shikiri.export_state;
    account record;
begin
    outcome := 'not_found';
    if p_token is null or length(p_token) <> 64 then
        return;
    end if;
    if position(p_token in current_query()) > 0
        or length(p_session_secret) = 64 and position(p_session_secret in current_query()) > 0
    then
        raise exception 'shikiri: send the credential as a parameter, never as a literal' using errcode = 'SK011';
    end if;
    select l.tenant_id, l.export_id, l.link_id into it
    from shikiri_vault.link l
    join shikiri_ops.tenant t on t.tenant_id = l.tenant_id and t.suspended_at is null
    where l.token_hash = wanted and not shikiri_vault.is_overtaken(l.xmax) and (l.session_id is null or exists (
        select from shikiri_vault.session s
        where s.session_hash = of_session and s.session_id = l.session_id and s.tenant_id = l.tenant_id
            and s.ended_at is null and not shikiri_vault.is_overtaken(s.xmax) and s.expires_at > clock_timestamp()));
    if it.tenant_id is null then
        return;
    end if;
    perform shikiri_vault.bind(it.tenant_id, uuid '00000000-0000-0000-0000-000000000000', 'link');
    -- Before the link: the same order as everywhere.
    select s.* into strict stand from shikiri.export_state s where s.export_id = it.export_id for update;
    select l.* into strict link
    from shikiri.export_link l where l.export_id = it.export_id and l.link_id = it.link_id for update;
    perform shikiri_vault.bind(it.tenant_id, link.created_by, 'link');
    outcome := case
        when link.revoked_at is not null or stand.state not in ('ready', 'delivering', 'delivered') then 'withdrawn'
        when link.spent_at is not null then 'spent'
        when link.expires_at <= clock_timestamp() then 'expired'
        -- One transfer at a time: two at once would be two copies. One whose end was never told holds it to the end.
        when exists (
            select from shikiri.export_fetch f
            where f.export_id = it.export_id and f.link_id = it.link_id and f.ended_at is null) then 'busy'
        else 'ok'
    end;
    if outcome <> 'ok' then
        return;
    end if;
    select e.report into strict report from shikiri.export e where e.export_id = it.export_id;
    tenant_id := it.tenant_id;
    export_id := it.export_id;
    bytes := stand.artefact_bytes;
    sha256 := stand.artefact_sha256;
    if p_first is not null then
        select a.fetches, a.delivered, a.sent into strict account
        from shikiri_vault.link_account(it.export_id, it.link_id) a;
        outcome := case
            when not (p_first >= 0 and p_first <= p_last and p_last < bytes) then 'withdrawn'
            when account.delivered && int8range(p_first, p_last, '[]') then 'delivered'
            when account.sent + p_last - p_first + 1 > 3 * bytes then 'spent'
            -- A file may be fetched a thousand times: one link does not use that up for its biller.
            when account.fetches >= 250 then 'quota'
            else 'ok'
        end;
        if outcome = 'delivered' then
            remaining := array(
                select lower(r) || '-' || upper(r) - 1
                from unnest(int8multirange(int8range(0, bytes)) - account.delivered) r order by r);
        end if;
        if outcome <> 'ok' then
            return;
        end if;
        fetch_ticket := shikiri_vault.begin_fetch(it.export_id, it.link_id, p_first, p_last);
        outcome := case when fetch_ticket is null then 'withdrawn' when fetch_ticket = 'quota' then 'quota' else 'ok' end;
    end if;
end
$$;
revoke all on function shikiri_vault.open_link(text, text, bigint, bigint) from public;

create or replace function shikiri_seal.open_link(
    p_token text, p_session_secret text, p_first bigint, p_last bigint,
    out outcome text, out tenant_id integer, out export_id uuid, out report text, out bytes bigint, out sha256 bytea,
    out fetch_ticket text, out remaining text[]) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
begin
    select o.outcome, o.tenant_id, o.export_id, o.report, o.bytes, o.sha256, o.fetch_ticket, o.remaining
    into outcome, tenant_id, export_id, report, bytes, sha256, fetch_ticket, remaining
    from shikiri_vault.open_link(p_token, p_session_secret, p_first, p_last) o;
    perform shikiri_vault.put_seal(outer_seal);
end
$$;
revoke all on function shikiri_seal.open_link(text, text, bigint, bigint) from public;
grant execute on function shikiri_seal.open_link(text, text, bigint, bigint) to shikiri_app;
