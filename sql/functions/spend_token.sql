-- An event token is good once: true for the first who shows it. What it is for, its bearer has proved already.
create or replace function shikiri_seal.spend_token(p_token_hash bytea) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    fresh boolean;
begin
    perform shikiri_vault.require_session();
    delete from shikiri_vault.spent_token t where t.expires_at < clock_timestamp();
    -- Tokens live for thirty seconds; after five minutes no clock takes one for good.
    insert into shikiri_vault.spent_token (token_hash, tenant_id, expires_at)
    values (p_token_hash, bound, clock_timestamp() + interval '5 minutes')
    on conflict (tenant_id, token_hash) do nothing
    returning true into fresh;
    return coalesce(fresh, false);
end
$$;
revoke all on function shikiri_seal.spend_token(bytea) from public;
grant execute on function shikiri_seal.spend_token(bytea) to shikiri_app;
