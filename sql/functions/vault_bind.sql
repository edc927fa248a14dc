-- Seals the running transaction to one tenant. The keeper's own tool: no login can call it.
create or replace function shikiri_vault.bind(p_tenant_id integer, p_actor uuid, p_scope text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    body text;
    key record;
begin
    select k.kid, k.inner_pad, k.outer_pad into key from shikiri_vault.seal_key k where k.active;
    if not found then
        raise exception 'shikiri: there is no seal key' using errcode = 'SK003';
    end if;
    body := p_tenant_id || ':' || p_actor || ':' || p_scope || ':' || key.kid;
    perform set_config('shikiri.seal', body || ':' || encode(sha256(key.outer_pad || sha256(key.inner_pad
        || convert_to(body, 'UTF8') || decode('00', 'hex') || int4send(pg_backend_pid())
        || timestamptz_send(transaction_timestamp()) || convert_to(session_user::text, 'UTF8'))), 'hex'), true);
end
$$;
revoke all on function shikiri_vault.bind(integer, uuid, text) from public;
