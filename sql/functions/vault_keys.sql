-- The key of the seal: born in the database, stored as HMAC pads, replaced without a pause.
create or replace function shikiri_vault.pad(p_key bytea, p_byte integer) returns bytea
language plpgsql immutable strict
set search_path = pg_catalog, pg_temp
as $$
declare
    res bytea := case when length(p_key) > 64 then sha256(p_key) else p_key end;
begin
    res := res || decode(repeat('00', 64 - length(res)), 'hex');
    for i in 0..63 loop
        res := set_byte(res, i, get_byte(res, i) # p_byte);
    end loop;
    return res;
end
$$;
revoke all on function shikiri_vault.pad(bytea, integer) from public;

-- Transactions that are under way keep the key they were sealed with: the previous one stays.
create or replace function shikiri_ops.rotate_seal_key() returns smallint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    seed bytea := sha256(convert_to(
        gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));
    next_kid smallint;
begin
    lock table shikiri_vault.seal_key in share row exclusive mode;
    select coalesce(max(k.kid), 0) + 1 into next_kid from shikiri_vault.seal_key k;
    update shikiri_vault.seal_key set active = false where active;
    delete from shikiri_vault.seal_key k where k.kid < next_kid - 1;
    -- 0x36 and 0x5c: the inner and outer pad of RFC 2104.
    insert into shikiri_vault.seal_key (kid, inner_pad, outer_pad, active)
    values (next_kid, shikiri_vault.pad(seed, 54), shikiri_vault.pad(seed, 92), true);
    return next_kid;
end
$$;
revoke all on function shikiri_ops.rotate_seal_key() from public;
grant execute on function shikiri_ops.rotate_seal_key() to shikiri_operator;

-- The first key and the pepper, when the vault has none yet.
do $$
begin
    if not exists (select from shikiri_vault.seal_key k where k.active) then
        perform shikiri_ops.rotate_seal_key();
    end if;
    insert into shikiri_vault.pepper (pepper)
    values (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')))
    on conflict do nothing;
end
$$;
