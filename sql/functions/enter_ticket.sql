-- The doors of exports: a ticket seals the transaction to one export of one tenant.
create or replace function shikiri_vault.enter_ticket(p_ticket text, p_door text) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    it record;
    bound integer;
    wanted bytea;
begin
    if p_ticket is null or length(p_ticket) <> 64 then
        raise exception 'shikiri: credential rejected' using errcode = 'SK010';
    end if;
    if position(p_ticket in current_query()) > 0 then
        raise exception 'shikiri: send the credential as a parameter, never as a literal' using errcode = 'SK011';
    end if;
    wanted := sha256(convert_to(p_ticket, 'UTF8'));
    select k.tenant_id, k.user_id, k.export_id, k.xmax as changed_by into it
        from shikiri_vault.ticket k
        join shikiri_ops.tenant t on t.tenant_id = k.tenant_id
        where k.ticket_hash = wanted
            and k.door = p_door
            and k.expires_at > clock_timestamp()
            and t.suspended_at is null;
    if not found or it.changed_by <> '0' and shikiri_vault.is_overtaken(it.changed_by) then
        raise exception 'shikiri: credential rejected' using errcode = 'SK010';
    end if;
    -- Nor may a ticket turn a person's transaction into an export's, or the other way round.
    bound := shikiri_vault.bound_tenant();
    if bound <> it.tenant_id or bound is not null and shikiri_seal.scope() <> it.export_id::text then
        raise exception 'shikiri: another tenant is bound to this transaction' using errcode = 'SK004';
    end if;
    return shikiri_vault.bind(it.tenant_id, it.user_id, it.export_id::text);
end
$$;
revoke all on function shikiri_vault.enter_ticket(text, text) from public;

create or replace function shikiri_seal.enter_export(p_ticket text) returns integer
language plpgsql volatile security definer parallel unsafe called on null input
set search_path = pg_catalog, pg_temp
as $$
begin
    return shikiri_vault.enter_ticket(p_ticket, 'export');
end
$$;
revoke all on function shikiri_seal.enter_export(text) from public;
grant execute on function shikiri_seal.enter_export(text) to shikiri_app;

create or replace function shikiri_seal.enter_check(p_ticket text) returns integer
language plpgsql volatile security definer parallel unsafe called on null input
set search_path = pg_catalog, pg_temp
as $$
begin
    return shikiri_vault.enter_ticket(p_ticket, 'check');
end
$$;
revoke all on function shikiri_seal.enter_check(text) from public;
grant execute on function shikiri_seal.enter_check(text) to shikiri_checker;
