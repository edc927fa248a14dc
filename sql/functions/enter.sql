-- The door of requests: a session's own secret seals the transaction to the session's tenant.
create or replace function shikiri_seal.enter(p_session text) returns integer
language plpgsql volatile security definer parallel unsafe called on null input
set search_path = pg_catalog, pg_temp
as $$
declare
    found_tenant integer;
    who uuid;
    why text;
    bound integer;
    wanted bytea;
    changed_by xid;
begin
    if p_session is null or length(p_session) <> 64 then
        raise exception 'shikiri: credential rejected' using errcode = 'SK010';
    end if;
    -- A literal could be read in pg_stat_activity by every session of this role.
    if position(p_session in current_query()) > 0 then
        raise exception 'shikiri: send the credential as a parameter, never as a literal' using errcode = 'SK011';
    end if;
    -- Hashed once, into a variable: as an expression it would be computed for every session there is.
    wanted := sha256(convert_to(p_session, 'UTF8'));
    select s.tenant_id, s.user_id, s.end_reason, s.xmax into found_tenant, who, why, changed_by
    from shikiri_vault.session s
    join shikiri_ops.tenant t on t.tenant_id = s.tenant_id
    where s.session_hash = wanted
        and s.expires_at > clock_timestamp()
        and t.suspended_at is null;
    if found_tenant is null then
        raise exception 'shikiri: credential rejected' using errcode = 'SK010';
    end if;
    if why = 'superseded' then
        raise exception 'shikiri: session superseded' using errcode = 'SK012';
    elsif why is not null
        -- Ended since the snapshot of this transaction was taken.
        or changed_by <> '0' and shikiri_vault.is_overtaken(changed_by)
    then
        raise exception 'shikiri: credential rejected' using errcode = 'SK010';
    end if;
    -- One transaction, one tenant. Nor may a session widen the transaction of an export: its scope stays what its
    -- ticket said.
    bound := shikiri_vault.bound_tenant();
    if bound <> found_tenant or bound is not null and shikiri_seal.scope() <> 'session' then
        raise exception 'shikiri: another tenant is bound to this transaction' using errcode = 'SK004';
    end if;
    return shikiri_vault.bind(found_tenant, who, 'session');
end
$$;
revoke all on function shikiri_seal.enter(text) from public;
grant execute on function shikiri_seal.enter(text) to shikiri_app;
