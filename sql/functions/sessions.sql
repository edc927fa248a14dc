-- Sessions as their people see them: their own, or all of the tenant for a tenant-admin.
create or replace function shikiri_vault.actor_is_admin() returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    who uuid := shikiri_seal.actor();
begin
    return exists (
        select from shikiri.app_user u
        where u.user_id = who and u.role = 'tenant_admin' and u.disabled_at is null);
end
$$;
revoke all on function shikiri_vault.actor_is_admin() from public;

create or replace function shikiri_seal.sessions() returns table (
    tenant_id integer, session_id uuid, user_id uuid, login text, client text, opened_at timestamptz, expires_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    admin boolean := shikiri_vault.actor_is_admin();
begin
    perform shikiri_vault.require_session();
    return query
        select s.tenant_id, s.session_id, s.user_id, c.login, s.client, s.opened_at, s.expires_at
        from shikiri_vault.session s
        join shikiri_vault.credential c on c.tenant_id = s.tenant_id and c.user_id = s.user_id
        where s.tenant_id = bound and (admin or s.user_id = who) and s.ended_at is null
            and s.expires_at > clock_timestamp()
        order by s.opened_at, s.session_id;
end
$$;
revoke all on function shikiri_seal.sessions() from public;
grant execute on function shikiri_seal.sessions() to shikiri_app;

-- Ends one session. False when there is no such session that the actor may end.
create or replace function shikiri_seal.end_session(p_session_id uuid) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    admin boolean := shikiri_vault.actor_is_admin();
    own boolean;
begin
    perform shikiri_vault.require_session();
    update shikiri_vault.session s
    set ended_at = clock_timestamp(),
        end_reason = case when s.user_id = who then 'logged_out' else 'ended_by_admin' end,
        ended_by = who
    where s.tenant_id = bound and s.session_id = p_session_id and s.ended_at is null
        and (admin or s.user_id = who)
    returning s.user_id = who into own;
    if own is null then
        return false;
    end if;
    perform shikiri_vault.append_event('session.ended', p_session_id::text, jsonb_build_object('own', own));
    return true;
end
$$;
revoke all on function shikiri_seal.end_session(uuid) from public;
grant execute on function shikiri_seal.end_session(uuid) to shikiri_app;

-- The session's own facts, for GET /v1/me and for a fresh envelope around it.
create or replace function shikiri_seal.who_am_i(p_session text, out tenant_id integer, out session_id uuid,
    out user_id uuid, out login text, out display_name text, out role text, out tenant_code text, out tenant_name text,
    out expires_at timestamptz) returns record
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
begin
    perform shikiri_vault.require_session();
    select s.tenant_id, s.session_id, s.user_id, s.expires_at into tenant_id, session_id, user_id, expires_at
    from shikiri_vault.session s
    where s.tenant_id = bound and s.user_id = who and s.ended_at is null
        and s.session_hash = sha256(convert_to(p_session, 'UTF8'));
    if tenant_id is null then
        raise exception 'shikiri: credential rejected' using errcode = 'SK010';
    end if;
    select u.login, u.display_name, u.role into strict login, display_name, role
    from shikiri.app_user u where u.user_id = who;
    select t.tenant_code, t.tenant_name into strict tenant_code, tenant_name from shikiri.tenant t;
end
$$;
revoke all on function shikiri_seal.who_am_i(text) from public;
grant execute on function shikiri_seal.who_am_i(text) to shikiri_app;
