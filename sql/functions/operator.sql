-- What the operator may do: tenants and their first users. Written to the tenant's own audit chain.
-- The public function of each puts the seal back that it found: the binding to the tenant ends with it.
create or replace function shikiri_vault.add_tenant(
    p_tenant_code text, p_tenant_name text, p_stamp_policy text, p_on_conflict_allowed text[]) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    new_id integer;
begin
    insert into shikiri_ops.tenant (tenant_code, tenant_name, on_conflict_allowed)
    values (p_tenant_code, p_tenant_name, p_on_conflict_allowed)
    on conflict (tenant_code) do nothing
    returning tenant_id into new_id;
    if new_id is null then
        return null;
    end if;
    insert into shikiri_vault.chain_head (tenant_id, seq, hash)
    values (new_id, 0, sha256(convert_to('shikiri:' || new_id, 'UTF8')));
    perform shikiri_vault.bind(new_id, uuid '00000000-0000-0000-0000-000000000000', 'operator');
    insert into shikiri.tenant (tenant_id, tenant_code, tenant_name, stamp_policy)
    values (new_id, p_tenant_code, p_tenant_name, p_stamp_policy);
    perform shikiri_vault.append_event('tenant.added', p_tenant_code, jsonb '{}');
    return new_id;
end
$$;
revoke all on function shikiri_vault.add_tenant(text, text, text, text[]) from public;

create or replace function shikiri_ops.add_tenant(
    p_tenant_code text, p_tenant_name text, p_stamp_policy text, p_on_conflict_allowed text[]) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res integer;
begin
    res := shikiri_vault.add_tenant(p_tenant_code, p_tenant_name, p_stamp_policy, p_on_conflict_allowed);
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_ops.add_tenant(text, text, text, text[]) from public;
grant execute on function shikiri_ops.add_tenant(text, text, text, text[]) to shikiri_operator;

-- Suspends a tenant (no session, no export, from the next statement on) or lets it in again.
create or replace function shikiri_vault.suspend_tenant(p_tenant_code text, p_suspend boolean) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    it integer;
begin
    update shikiri_ops.tenant t
    set suspended_at = case when p_suspend then coalesce(t.suspended_at, clock_timestamp()) end
    where t.tenant_code = p_tenant_code
    returning t.tenant_id into it;
    if it is null then
        return false;
    end if;
    if p_suspend then
        -- Touched, so that a snapshot from before sees that its credential was overtaken.
        update shikiri_vault.session s set tenant_id = it where s.tenant_id = it and s.ended_at is null;
        update shikiri_vault.ticket k set tenant_id = it where k.tenant_id = it;
        update shikiri_vault.link l set tenant_id = it where l.tenant_id = it;
    end if;
    perform shikiri_vault.bind(it, uuid '00000000-0000-0000-0000-000000000000', 'operator');
    perform shikiri_vault.append_event(
        case when p_suspend then 'tenant.suspended' else 'tenant.resumed' end, p_tenant_code, jsonb '{}');
    return true;
end
$$;
revoke all on function shikiri_vault.suspend_tenant(text, boolean) from public;

create or replace function shikiri_ops.suspend_tenant(p_tenant_code text, p_suspend boolean) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res boolean;
begin
    res := shikiri_vault.suspend_tenant(p_tenant_code, p_suspend);
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_ops.suspend_tenant(text, boolean) from public;
grant execute on function shikiri_ops.suspend_tenant(text, boolean) to shikiri_operator;

create or replace function shikiri_vault.bind_as_operator(p_tenant_code text) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    it integer;
begin
    select t.tenant_id into it from shikiri_ops.tenant t where t.tenant_code = p_tenant_code;
    if it is not null then
        perform shikiri_vault.bind(it, uuid '00000000-0000-0000-0000-000000000000', 'operator');
    end if;
    return it;
end
$$;
revoke all on function shikiri_vault.bind_as_operator(text) from public;

create or replace function shikiri_vault.add_user(
    p_tenant_code text, p_login text, p_display_name text, p_role text, p_salt bytea, p_kdf text, p_verifier bytea)
    returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if shikiri_vault.bind_as_operator(p_tenant_code) is null then
        return 'no_tenant';
    end if;
    return case
        when shikiri_vault.put_user(p_login, p_display_name, p_role, p_salt, p_kdf, p_verifier) is null then 'exists'
        else 'added'
    end;
end
$$;
revoke all on function shikiri_vault.add_user(text, text, text, text, bytea, text, bytea) from public;

create or replace function shikiri_ops.add_user(
    p_tenant_code text, p_login text, p_display_name text, p_role text, p_salt bytea, p_kdf text, p_verifier bytea) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res text;
begin
    res := shikiri_vault.add_user(p_tenant_code, p_login, p_display_name, p_role, p_salt, p_kdf, p_verifier);
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_ops.add_user(text, text, text, text, bytea, text, bytea) from public;
grant execute on function shikiri_ops.add_user(text, text, text, text, bytea, text, bytea) to shikiri_operator;

create or replace function shikiri_vault.disable_user(p_tenant_code text, p_login text) returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    it integer := shikiri_vault.bind_as_operator(p_tenant_code);
    gone uuid;
begin
    update shikiri_vault.credential c set disabled_at = coalesce(c.disabled_at, clock_timestamp())
    where c.tenant_id = it and c.login = p_login
    returning c.user_id into gone;
    if gone is null then
        return 'not_found';
    end if;
    update shikiri.app_user u set disabled_at = coalesce(u.disabled_at, clock_timestamp()) where u.user_id = gone;
    update shikiri_vault.session s set ended_at = clock_timestamp(), end_reason = 'user_disabled'
    where s.tenant_id = it and s.user_id = gone and s.ended_at is null;
    perform shikiri_vault.append_event('user.disabled', gone::text, jsonb '{}');
    return 'disabled';
end
$$;
revoke all on function shikiri_vault.disable_user(text, text) from public;

create or replace function shikiri_ops.disable_user(p_tenant_code text, p_login text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res text;
begin
    res := shikiri_vault.disable_user(p_tenant_code, p_login);
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_ops.disable_user(text, text) from public;
grant execute on function shikiri_ops.disable_user(text, text) to shikiri_operator;

create or replace function shikiri_vault.reset_user(
    p_tenant_code text, p_login text, p_salt bytea, p_kdf text, p_verifier bytea) returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    it integer := shikiri_vault.bind_as_operator(p_tenant_code);
    who uuid;
begin
    select c.user_id into who from shikiri_vault.credential c where c.tenant_id = it and c.login = p_login;
    if who is null then
        return 'not_found';
    end if;
    perform shikiri_vault.put_password(who, p_salt, p_kdf, p_verifier, null);
    return 'reset';
end
$$;
revoke all on function shikiri_vault.reset_user(text, text, bytea, text, bytea) from public;

create or replace function shikiri_ops.reset_user(
    p_tenant_code text, p_login text, p_salt bytea, p_kdf text, p_verifier bytea) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res text;
begin
    res := shikiri_vault.reset_user(p_tenant_code, p_login, p_salt, p_kdf, p_verifier);
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_ops.reset_user(text, text, bytea, text, bytea) from public;
grant execute on function shikiri_ops.reset_user(text, text, bytea, text, bytea) to shikiri_operator;
