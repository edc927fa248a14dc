-- Login: a derived password opens a session, or tells why not. It returns no seal.
-- Its binding ends with it: the public function puts the seal back that it found. An error does so too,
-- because the setting is local to the (sub)transaction that fails.
create or replace function shikiri_vault.open_session(
    p_tenant_code text, p_login text, p_derived bytea, p_on_conflict text, p_client text,
    out outcome text, out session_secret text, out session_id uuid, out tenant_id integer, out user_id uuid,
    out role text, out display_name text, out expires_at timestamptz,
    out other_session_id uuid, out other_opened_at timestamptz, out other_client text,
    out allowed_modes text[], out running_exports uuid[]) returns record
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    cred record;
    other record;
    live integer;
begin
    outcome := 'rejected';
    -- The row lock makes logins of one user wait for each other: two cannot both find no other session.
    select c.*, t.suspended_at, t.on_conflict_allowed into cred
    from shikiri_vault.credential c
    join shikiri_ops.tenant t on t.tenant_id = c.tenant_id
    where t.tenant_code = p_tenant_code and c.login = p_login
    for update of c;
    if not found or cred.suspended_at is not null or cred.disabled_at is not null
        or cred.locked_until > clock_timestamp()
    then
        return;
    end if;
    perform shikiri_vault.bind(cred.tenant_id, cred.user_id, 'session');
    if p_derived is null
        or sha256(cred.salt || sha256(p_derived)) is distinct from sha256(cred.salt || cred.verifier)
    then
        perform shikiri_vault.count_failure(cred.tenant_id, p_login, cred.failures + 1);
        return;
    end if;
    if cred.failures > 0 or cred.locked_until is not null then
        update shikiri_vault.credential set failures = 0, locked_until = null
        where tenant_id = cred.tenant_id and login = p_login;
    end if;
    select s.session_id, s.opened_at, s.client into other
    from shikiri_vault.session s
    where s.tenant_id = cred.tenant_id and s.user_id = cred.user_id and s.ended_at is null
        and s.expires_at > clock_timestamp()
    order by s.opened_at desc limit 1;
    if found then
        other_session_id := other.session_id;
        other_opened_at := other.opened_at;
        other_client := other.client;
        allowed_modes := cred.on_conflict_allowed;
        running_exports := array(
            select e.export_id
            from shikiri.export e
            join shikiri.export_state s on s.tenant_id = e.tenant_id and s.export_id = e.export_id
            where e.requested_by = cred.user_id and s.state in ('queued', 'running', 'checking')
            order by e.export_id);
        if p_on_conflict in ('ask', 'refuse') then
            outcome := 'session_exists';
            return;
        elsif not p_on_conflict = any (cred.on_conflict_allowed) then
            outcome := 'mode_not_allowed';
            return;
        end if;
        select count(*) into live
        from shikiri_vault.session s
        where s.tenant_id = cred.tenant_id and s.user_id = cred.user_id and s.ended_at is null
            and s.expires_at > clock_timestamp();
        if p_on_conflict = 'parallel' and live >= 5 then
            outcome := 'too_many_sessions';
            return;
        end if;
    end if;
    -- 244 random bits; told once, stored as a hash.
    session_secret := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    session_id := gen_random_uuid();
    expires_at := clock_timestamp() + interval '8 hours';
    insert into shikiri_vault.session (session_hash, session_id, tenant_id, user_id, client, expires_at)
    values (sha256(convert_to(session_secret, 'UTF8')), session_id, cred.tenant_id, cred.user_id,
        left(coalesce(p_client, ''), 120), expires_at);
    if other_session_id is not null and p_on_conflict = 'take_over' then
        update shikiri_vault.session s
        set ended_at = clock_timestamp(), end_reason = 'superseded', ended_by = open_session.session_id
        where s.tenant_id = cred.tenant_id and s.user_id = cred.user_id and s.ended_at is null
            and s.session_id <> open_session.session_id;
        perform shikiri_vault.append_event('session.taken_over', other_session_id::text,
            jsonb_build_object('by', session_id, 'running_exports', to_jsonb(running_exports)));
    end if;
    perform shikiri_vault.append_event('session.opened', session_id::text,
        jsonb_build_object('on_conflict', p_on_conflict, 'beside', other_session_id));
    select u.role, u.display_name into strict role, display_name
    from shikiri.app_user u where u.user_id = cred.user_id;
    tenant_id := cred.tenant_id;
    user_id := cred.user_id;
    outcome := 'opened';
end
$$;
revoke all on function shikiri_vault.open_session(text, text, bytea, text, text) from public;

create or replace function shikiri_seal.open_session(
    p_tenant_code text, p_login text, p_derived bytea, p_on_conflict text, p_client text,
    out outcome text, out session_secret text, out session_id uuid, out tenant_id integer, out user_id uuid,
    out role text, out display_name text, out expires_at timestamptz,
    out other_session_id uuid, out other_opened_at timestamptz, out other_client text,
    out allowed_modes text[], out running_exports uuid[]) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
begin
    select o.outcome, o.session_secret, o.session_id, o.tenant_id, o.user_id, o.role, o.display_name, o.expires_at, o.other_session_id, o.other_opened_at, o.other_client, o.allowed_modes, o.running_exports
        into outcome, session_secret, session_id, tenant_id, user_id, role, display_name, expires_at, other_session_id, other_opened_at, other_client, allowed_modes, running_exports
        from shikiri_vault.open_session(p_tenant_code, p_login, p_derived, p_on_conflict, p_client) o;
    perform shikiri_vault.put_seal(outer_seal);
end
$$;
revoke all on function shikiri_seal.open_session(text, text, bytea, text, text) from public;
grant execute on function shikiri_seal.open_session(text, text, bytea, text, text) to shikiri_app;

-- Ten failures lock a login for fifteen minutes; the count starts again after the lock.
create or replace function shikiri_vault.count_failure(p_tenant_id integer, p_login text, p_failures integer) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    update shikiri_vault.credential c
    set failures = case when p_failures >= 10 then 0 else p_failures end,
        locked_until = case when p_failures >= 10 then clock_timestamp() + interval '15 minutes' end
    where c.tenant_id = p_tenant_id and c.login = p_login;
    perform shikiri_vault.append_event(
        case when p_failures >= 10 then 'login.locked' else 'login.failed' end, 'credential',
        jsonb_build_object('failures', p_failures));
end
$$;
revoke all on function shikiri_vault.count_failure(integer, text, integer) from public;
