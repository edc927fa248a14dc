-- Users as their tenant's admin makes them. Each returns what happened, never a seal.
create or replace function shikiri_vault.put_user(
    p_login text, p_display_name text, p_role text, p_salt bytea, p_kdf text, p_verifier bytea) returns uuid
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    new_id uuid := gen_random_uuid();
begin
    if exists (select from shikiri_vault.credential c where c.tenant_id = bound and c.login = p_login) then
        return null;
    end if;
    insert into shikiri.app_user (tenant_id, user_id, login, display_name, role)
    values (bound, new_id, p_login, p_display_name, p_role);
    insert into shikiri_vault.credential (tenant_id, login, user_id, salt, kdf, verifier)
    values (bound, p_login, new_id, p_salt, p_kdf, p_verifier);
    perform shikiri_vault.append_event('user.added', new_id::text, jsonb_build_object('role', p_role));
    return new_id;
end
$$;
revoke all on function shikiri_vault.put_user(text, text, text, bytea, text, bytea) from public;

create or replace function shikiri_vault.put_password(
    p_user_id uuid, p_salt bytea, p_kdf text, p_verifier bytea, p_keep_session uuid) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
begin
    update shikiri_vault.credential c
    set salt = p_salt, kdf = p_kdf, verifier = p_verifier, failures = 0, locked_until = null
    where c.tenant_id = bound and c.user_id = p_user_id;
    if not found then
        return false;
    end if;
    -- A password is changed because somebody else may know it: their sessions end with it.
    update shikiri_vault.session s
    set ended_at = clock_timestamp(), end_reason = 'password_changed', ended_by = shikiri_seal.actor()
    where s.tenant_id = bound and s.user_id = p_user_id and s.ended_at is null
        and s.session_id is distinct from p_keep_session;
    perform shikiri_vault.append_event('user.password_changed', p_user_id::text, jsonb '{}');
    return true;
end
$$;
revoke all on function shikiri_vault.put_password(uuid, bytea, text, bytea, uuid) from public;

create or replace function shikiri_seal.add_user(
    p_login text, p_display_name text, p_role text, p_salt bytea, p_kdf text, p_verifier bytea,
    out outcome text, out user_id uuid) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_vault.require_session();
    if not shikiri_vault.actor_is_admin() then
        outcome := 'forbidden';
        return;
    end if;
    user_id := shikiri_vault.put_user(p_login, p_display_name, p_role, p_salt, p_kdf, p_verifier);
    outcome := case when user_id is null then 'exists' else 'added' end;
end
$$;
revoke all on function shikiri_seal.add_user(text, text, text, bytea, text, bytea) from public;
grant execute on function shikiri_seal.add_user(text, text, text, bytea, text, bytea) to shikiri_app;

-- The salt of the actor's own password, to prove the current one with.
create or replace function shikiri_seal.own_salt(out salt bytea, out kdf text) returns record
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
begin
    perform shikiri_vault.require_session();
    select c.salt, c.kdf into strict salt, kdf
    from shikiri_vault.credential c where c.tenant_id = bound and c.user_id = who;
end
$$;
revoke all on function shikiri_seal.own_salt() from public;
grant execute on function shikiri_seal.own_salt() to shikiri_app;

-- One's own password, proved by an attempt at the current one (begin_proof). Every other session of the user ends.
create or replace function shikiri_seal.change_own_password(
    p_attempt_id uuid, p_current bytea, p_salt bytea, p_kdf text, p_verifier bytea, p_keep_session uuid) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    is_its_guess boolean;
    cred record;
begin
    perform shikiri_vault.require_session();
    is_its_guess := sha256(sha256(p_current)) = shikiri_vault.commitment_of(p_attempt_id);
    select k.opens and k.tenant_id = bound and k.user_id = who as opens, k.tenant_code, k.login into cred
    from shikiri_vault.take_attempt(p_attempt_id, is_its_guess) k;
    if not cred.opens then
        return 'rejected';
    end if;
    perform shikiri_vault.settle_attempts(cred.tenant_code, cred.login);
    perform shikiri_vault.put_password(who, p_salt, p_kdf, p_verifier, p_keep_session);
    return 'changed';
end
$$;
revoke all on function shikiri_seal.change_own_password(uuid, bytea, bytea, text, bytea, uuid) from public;
grant execute on function shikiri_seal.change_own_password(uuid, bytea, bytea, text, bytea, uuid) to shikiri_app;

-- Another user's password, by a tenant-admin. Every session of that user ends.
create or replace function shikiri_seal.reset_password(
    p_user_id uuid, p_salt bytea, p_kdf text, p_verifier bytea) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_vault.require_session();
    if not shikiri_vault.actor_is_admin() then
        return 'forbidden';
    end if;
    return case
        when shikiri_vault.put_password(p_user_id, p_salt, p_kdf, p_verifier, null) then 'changed'
        else 'not_found'
    end;
end
$$;
revoke all on function shikiri_seal.reset_password(uuid, bytea, text, bytea) from public;
grant execute on function shikiri_seal.reset_password(uuid, bytea, text, bytea) to shikiri_app;
