-- What a transaction is sealed to, as the keeper's functions ask for it. How a seal is held, they do not know: sql/seal.

-- The tenant of this transaction, or null. Any failure but the lack of a seal is a failure of the caller.
create or replace function shikiri_vault.bound_tenant() returns integer
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if not shikiri_seal.is_sealed() then
        return null;
    end if;
    begin
        return shikiri_seal.tenant();
    exception
        -- Junk that somebody left in the setting is no seal.
        when sqlstate 'SK001' or sqlstate 'SK002' then
            return null;
    end;
end
$$;
revoke all on function shikiri_vault.bound_tenant() from public;

-- The export this transaction may work on; an error for a transaction that came in by a session.
create or replace function shikiri_vault.scope_export() returns uuid
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    scope text := shikiri_seal.scope();
begin
    if length(scope) <> 36 then
        raise exception 'shikiri: this needs the ticket of an export' using errcode = 'SK010';
    end if;
    return scope::uuid;
end
$$;
revoke all on function shikiri_vault.scope_export() from public;

-- Refuses work that a person must do: an export's ticket is no session.
create or replace function shikiri_vault.require_session() returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if shikiri_seal.scope() <> 'session' then
        raise exception 'shikiri: this needs a session' using errcode = 'SK010';
    end if;
end
$$;
revoke all on function shikiri_vault.require_session() from public;
