-- The salt to derive a password with. A login that does not exist gets one too, always the same.
-- `(... ) is true` can use no index and no order: both tables are read to their end whether the login exists or not, and the
-- salt that is made up is made up for every login. So neither counters nor time tell one from the other.
create or replace function shikiri_seal.login_params(
    p_tenant_code text, p_login text, out salt bytea, out kdf text) returns record
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    select coalesce(c.salt, p.salt), coalesce(c.kdf, 'argon2id$v=19$m=19456,t=2,p=1') into strict salt, kdf
    from (
        select substring(sha256(s.pepper || convert_to(p_tenant_code || ':' || p_login, 'UTF8')) for 16) as salt
        from shikiri_vault.pepper s
        limit 1
    ) p
    left join shikiri_ops.tenant t on (t.tenant_code = p_tenant_code) is true
    left join shikiri_vault.credential c on (c.tenant_id = t.tenant_id and c.login = p_login) is true;
end
$$;
revoke all on function shikiri_seal.login_params(text, text) from public;
grant execute on function shikiri_seal.login_params(text, text) to shikiri_app;
