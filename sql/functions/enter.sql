-- The door of requests: a session's own secret seals the transaction to the session's tenant.
create or replace function shikiri_seal.enter(p_session text) returns integer
language plpgsql volatile security definer parallel unsafe called on null input
set search_path = pg_catalog, pg_temp
as $$
declare
    found_tenant integer;
    why text;
    seal text;
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
    select y.tenant_id, y.end_reason, y.changed_by, y.body || ':' || encode(sha256(y.outer_pad || sha256(y.inner_pad
            || convert_to(y.body, 'UTF8') || decode('00', 'hex') || int4send(pg_backend_pid())
            || timestamptz_send(transaction_timestamp()) || convert_to(session_user::text, 'UTF8'))), 'hex')
        into found_tenant, why, changed_by, seal
        from (
            select s.tenant_id, s.end_reason, s.xmax as changed_by, k.inner_pad, k.outer_pad,
                s.tenant_id || ':' || s.user_id || ':session:' || k.kid as body
            from shikiri_vault.session s, shikiri_vault.seal_key k, shikiri_ops.tenant t
            where s.session_hash = wanted
                and s.expires_at > clock_timestamp()
                and k.active
                and t.tenant_id = s.tenant_id
                and t.suspended_at is null
            offset 0
        ) y;
    if found_tenant is null then
        if not exists (select from shikiri_vault.seal_key k where k.active) then
            raise exception 'shikiri: there is no seal key' using errcode = 'SK003';
        end if;
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
    -- One transaction, one tenant. Junk that somebody left in the setting is simply replaced.
    if current_setting('shikiri.seal', true) <> '' then
        begin
            bound := shikiri_seal.tenant();
        exception when others then
            bound := null;
        end;
        -- Nor may a session widen the transaction of an export: its scope stays what its ticket said.
        if bound <> found_tenant
            or bound is not null and split_part(current_setting('shikiri.seal'), ':', 3) <> 'session'
        then
            raise exception 'shikiri: another tenant is bound to this transaction' using errcode = 'SK004';
        end if;
    end if;
    perform set_config('shikiri.seal', seal, true);
    return found_tenant;
end
$$;
revoke all on function shikiri_seal.enter(text) from public;
grant execute on function shikiri_seal.enter(text) to shikiri_app;
