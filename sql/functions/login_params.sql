-- The salt to derive a password with. A login that does not exist gets one too, always the same.
create or replace function shikiri_seal.login_params(
    p_tenant_code text, p_login text, out salt bytea, out kdf text) returns record
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    select c.salt, c.kdf into salt, kdf
    from shikiri_vault.credential c
    join shikiri_ops.tenant t on t.tenant_id = c.tenant_id
    where t.tenant_code = p_tenant_code and c.login = p_login;
    if not found then
        select
            substring(sha256(p.pepper || convert_to(p_tenant_code || ':' || p_login, 'UTF8')) for 16),
            'argon2id$v=19$m=19456,t=2,p=1'
            into strict salt, kdf
        from shikiri_vault.pepper p;
    end if;
end
$$;
revoke all on function shikiri_seal.login_params(text, text) from public;
grant execute on function shikiri_seal.login_params(text, text) to shikiri_app;
