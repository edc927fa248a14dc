-- Who acts in this transaction: the other fields of the same, verified seal.
create or replace function shikiri_seal.actor() returns uuid
language plpgsql stable security definer parallel restricted cost 100
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_seal.tenant();
    return split_part(current_setting('shikiri.seal'), ':', 2)::uuid;
end
$$;
revoke all on function shikiri_seal.actor() from public;
grant execute on function shikiri_seal.actor() to shikiri_app, shikiri_checker, shikiri_owner;

-- Through which door it came in: 'session', or the id of the one export it may work on.
create or replace function shikiri_seal.scope() returns text
language plpgsql stable security definer parallel restricted cost 100
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_seal.tenant();
    return split_part(current_setting('shikiri.seal'), ':', 3);
end
$$;
revoke all on function shikiri_seal.scope() from public;
grant execute on function shikiri_seal.scope() to shikiri_app, shikiri_checker, shikiri_owner;

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
