-- Login: an attempt that was committed opens a session, or tells why not. It returns no seal.
-- Its binding ends with it: the public function puts the seal back that it found. An error does so too,
-- because the setting is local to the (sub)transaction that fails.
create or replace function shikiri_vault.open_session(
    p_attempt_id uuid, p_is_its_guess boolean, p_on_conflict text, p_client text,
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
    -- Judged whether the guess is shown or not, so that every refusal has read the same.
    select k.opens, k.tenant_id, k.user_id, k.tenant_code, k.login into cred
    from shikiri_vault.take_attempt(p_attempt_id, p_is_its_guess) k;
    if not cred.opens then
        return;
    end if;
    perform shikiri_vault.bind(cred.tenant_id, cred.user_id, 'session');
    perform shikiri_vault.forgive_failures(cred.tenant_id, cred.tenant_code, cred.login);
    select t.on_conflict_allowed into strict allowed_modes
    from shikiri_ops.tenant t where t.tenant_id = cred.tenant_id;
    select s.session_id, s.opened_at, s.client into other
    from shikiri_vault.session s
    where s.tenant_id = cred.tenant_id and s.user_id = cred.user_id and s.ended_at is null
        and s.expires_at > clock_timestamp()
    order by s.opened_at desc limit 1;
    if not found then
        allowed_modes := null;
    else
        other_session_id := other.session_id;
        other_opened_at := other.opened_at;
        other_client := other.client;
        running_exports := array(
            select e.export_id
            from shikiri.export e
            join shikiri.export_state s on s.tenant_id = e.tenant_id and s.export_id = e.export_id
            where e.requested_by = cred.user_id and s.state in ('queued', 'running', 'checking')
            order by e.export_id);
        if p_on_conflict in ('ask', 'refuse') then
            outcome := 'session_exists';
            return;
        elsif not p_on_conflict = any (allowed_modes) then
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
    expires_at := clock_timestamp() + interval '8 hours';
    -- 244 random bits; told once, stored as a hash. Made inside the statement that stores it: a statement would print a
    -- secret that it is given.
    with made as materialized (
        select replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '') as secret
    ), stored as (
        insert into shikiri_vault.session (session_hash, session_id, tenant_id, user_id, client, expires_at)
        select sha256(convert_to(m.secret, 'UTF8')), gen_random_uuid(), cred.tenant_id, cred.user_id,
            left(coalesce(p_client, ''), 120), open_session.expires_at
        from made m
        returning session.session_id
    )
    select m.secret, s.session_id into strict session_secret, session_id
    from made m, stored s;
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
revoke all on function shikiri_vault.open_session(uuid, boolean, text, text) from public;

create or replace function shikiri_seal.open_session(
    p_attempt_id uuid, p_derived bytea, p_on_conflict text, p_client text,
    out outcome text, out session_secret text, out session_id uuid, out tenant_id integer, out user_id uuid,
    out role text, out display_name text, out expires_at timestamptz,
    out other_session_id uuid, out other_opened_at timestamptz, out other_client text,
    out allowed_modes text[], out running_exports uuid[]) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    is_its_guess boolean;
begin
    is_its_guess := sha256(sha256(p_derived)) = shikiri_vault.commitment_of(p_attempt_id);
    select o.outcome, o.session_secret, o.session_id, o.tenant_id, o.user_id, o.role, o.display_name, o.expires_at, o.other_session_id, o.other_opened_at, o.other_client, o.allowed_modes, o.running_exports
        into outcome, session_secret, session_id, tenant_id, user_id, role, display_name, expires_at, other_session_id, other_opened_at, other_client, allowed_modes, running_exports
        from shikiri_vault.open_session(p_attempt_id, is_its_guess, p_on_conflict, p_client) o;
    perform shikiri_vault.put_seal(outer_seal);
end
$$;
revoke all on function shikiri_seal.open_session(uuid, bytea, text, text) from public;
grant execute on function shikiri_seal.open_session(uuid, bytea, text, text) to shikiri_app;
