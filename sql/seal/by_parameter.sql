-- The seal by a parameter: <tenant>_<actor, 32 hex digits>_<scope>, in a setting that nobody but the keeper may write.
-- `backtrace_functions` names C functions whose errors get a backtrace in the server's log. The value begins with a
-- digit and has no comma, and no C function is named so: it names none. There is no key and nothing to print: an
-- application login may read the seal, and can neither set it, nor keep it over a COMMIT, nor plant it.
create or replace function shikiri_vault.seal_way() returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select 'parameter'
$$;
revoke all on function shikiri_vault.seal_way() from public;

-- Who this transaction is sealed to: read in every statement, an error when it is missing. What it calls is named in
-- full instead of by a clause `set search_path`, which would cost as much again.
create or replace function shikiri_seal.tenant() returns integer
language plpgsql stable security invoker parallel restricted cost 100
as $$
declare
    seal pg_catalog.text := pg_catalog.current_setting('backtrace_functions');
begin
    -- A default that somebody configured is no seal: it would name a function, which no digit begins.
    if pg_catalog.ascii(seal) operator(pg_catalog.>=) 48 and pg_catalog.ascii(seal) operator(pg_catalog.<=) 57 then
        return pg_catalog.split_part(seal, '_', 1)::pg_catalog.int4;
    elsif seal operator(pg_catalog.=) '' then
        raise exception 'shikiri: no tenant is bound to this transaction' using errcode = 'SK001';
    end if;
    raise exception 'shikiri: the seal is not valid here' using errcode = 'SK002';
end
$$;
revoke all on function shikiri_seal.tenant() from public;
grant execute on function shikiri_seal.tenant() to shikiri_app, shikiri_checker, shikiri_owner;

-- Who acts in this transaction.
create or replace function shikiri_seal.actor() returns uuid
language plpgsql stable security definer parallel restricted cost 100
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_seal.tenant();
    return split_part(current_setting('backtrace_functions'), '_', 2)::uuid;
end
$$;
revoke all on function shikiri_seal.actor() from public;
grant execute on function shikiri_seal.actor() to shikiri_app, shikiri_checker, shikiri_owner;

-- Through which door it came in: 'session', or the id of the one export it may work on.
create or replace function shikiri_seal.scope() returns text
language plpgsql stable security definer parallel restricted cost 100
set search_path = pg_catalog, pg_temp
as $$
declare
    scope text;
begin
    perform shikiri_seal.tenant();
    scope := split_part(current_setting('backtrace_functions'), '_', 3);
    return case when length(scope) = 32 then scope::uuid::text else scope end;
end
$$;
revoke all on function shikiri_seal.scope() from public;
grant execute on function shikiri_seal.scope() to shikiri_app, shikiri_checker, shikiri_owner;

-- Seals the running transaction to one tenant, and answers it. The keeper's own tool: no login can call it.
create or replace function shikiri_vault.bind(p_tenant_id integer, p_actor uuid, p_scope text) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    seal text := p_tenant_id || '_' || translate(p_actor::text, '-', '') || '_' || translate(p_scope, '-', '');
begin
    if seal is null then
        raise exception 'shikiri: a seal names a tenant, an actor and a scope' using errcode = 'SK002';
    end if;
    seal := set_config('backtrace_functions', seal, true);
    return p_tenant_id;
end
$$;
revoke all on function shikiri_vault.bind(integer, uuid, text) from public;

-- Takes the seal away for as long as a function of the keeper works for another tenant, and answers it.
create or replace function shikiri_vault.lift_seal() returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    seal text := current_setting('backtrace_functions');
    nothing text;
begin
    nothing := set_config('backtrace_functions', '', true);
    return seal;
end
$$;
revoke all on function shikiri_vault.lift_seal() from public;

-- Puts the seal back that was lifted. An error does so by itself: the setting is local to what is rolled back.
create or replace function shikiri_vault.put_seal(p_seal text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    p_seal := set_config('backtrace_functions', p_seal, true);
end
$$;
revoke all on function shikiri_vault.put_seal(text) from public;

create or replace function shikiri_seal.is_sealed() returns boolean
language plpgsql stable security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return current_setting('backtrace_functions') <> '';
end
$$;
revoke all on function shikiri_seal.is_sealed() from public;
grant execute on function shikiri_seal.is_sealed() to shikiri_app, shikiri_checker, shikiri_operator;

-- What would let somebody else write the seal, or begin a transaction with one. Null: nothing.
create or replace function shikiri_seal.seal_fault() returns text
language plpgsql stable security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return case
        when not has_parameter_privilege('shikiri_keeper', 'backtrace_functions', 'set')
        then 'the keeper may not set the parameter of the seal: run `shikiri bootstrap`, or `shikiri migrate --seal mac`'
        when exists (
            select from pg_parameter_acl p, aclexplode(p.paracl) a left join pg_roles r on r.oid = a.grantee
            where p.parname = 'backtrace_functions' and r.rolsuper is not true
                and (r.rolname is distinct from 'shikiri_keeper' or a.privilege_type <> 'SET' or a.is_grantable)
        ) then 'somebody besides the keeper may set the parameter of the seal (GRANT ... ON PARAMETER)'
        when exists (
            select from pg_db_role_setting s, unnest(s.setconfig) c
            where lower(c) like 'backtrace#_functions=%' escape '#'
                and s.setdatabase in (0, (select b.oid from pg_database b where b.datname = current_database()))
        ) then 'somebody planted a seal (ALTER ROLE or DATABASE ... SET backtrace_functions)'
        when (select s.reset_val from pg_settings s where s.name = 'backtrace_functions') <> ''
        then 'the server''s configuration sets backtrace_functions, which holds the seal'
    end;
end
$$;
revoke all on function shikiri_seal.seal_fault() from public;
grant execute on function shikiri_seal.seal_fault() to shikiri_app, shikiri_checker, shikiri_operator;

create or replace function shikiri_ops.rotate_seal_key() returns smallint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'shikiri: the seal is held by a parameter here: it has no key' using errcode = '0A000';
end
$$;
revoke all on function shikiri_ops.rotate_seal_key() from public;
grant execute on function shikiri_ops.rotate_seal_key() to shikiri_operator;
