-- The seal by a MAC: <tenant>:<actor>:<scope>:<kid>:<HMAC>, in a setting that anybody may write and only the key can make.
-- For servers that refuse the keeper the parameter of by_parameter.sql. The pads of the key stay columns inside one
-- statement: what is a variable of a statement becomes a constant of its plan, and plans are printed to whoever asks.
create or replace function shikiri_vault.seal_way() returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select 'mac'
$$;
revoke all on function shikiri_vault.seal_way() from public;

-- Who this transaction is sealed to: recomputed in every statement, an error when it is missing or wrong.
create or replace function shikiri_seal.tenant() returns integer
language plpgsql stable security definer parallel restricted cost 100
set search_path = pg_catalog, pg_temp
as $$
declare
    seal text := current_setting('shikiri.seal', true);
    body text;
    genuine text;
begin
    if seal is null or seal = '' then
        raise exception 'shikiri: no tenant is bound to this transaction' using errcode = 'SK001';
    end if;
    body := left(seal, -65);
    -- The kid is compared as text: a cast would speak about what it was given.
    select body || ':' || encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(body, 'UTF8')
        || decode('00', 'hex') || int4send(pg_backend_pid()) || timestamptz_send(transaction_timestamp())
        || convert_to(session_user::text, 'UTF8'))), 'hex')
    into genuine
    from shikiri_vault.seal_key k
    where k.kid::text = split_part(body, ':', 4);
    -- Two numbers are compared before the texts are, so that the time it takes says nothing of how much of a
    -- guess was right: one number in 2^64 reaches the second comparison, and each transaction has a seal of its own.
    if genuine is null or hashtextextended(genuine, 0) <> hashtextextended(seal, 0) then
        raise exception 'shikiri: the seal is not valid here' using errcode = 'SK002';
    elsif genuine <> seal then
        raise exception 'shikiri: the seal is not valid here' using errcode = 'SK002';
    end if;
    return split_part(body, ':', 1)::integer;
end
$$;
revoke all on function shikiri_seal.tenant() from public;
grant execute on function shikiri_seal.tenant() to shikiri_app, shikiri_checker, shikiri_owner;

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

-- Seals the running transaction to one tenant, and answers it. The keeper's own tool: no login can call it.
create or replace function shikiri_vault.bind(p_tenant_id integer, p_actor uuid, p_scope text) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('shikiri.seal', y.body || ':' || encode(sha256(y.outer_pad || sha256(y.inner_pad
        || convert_to(y.body, 'UTF8') || decode('00', 'hex') || int4send(pg_backend_pid())
        || timestamptz_send(transaction_timestamp()) || convert_to(session_user::text, 'UTF8'))), 'hex'), true)
    from (
        select k.inner_pad, k.outer_pad, p_tenant_id || ':' || p_actor || ':' || p_scope || ':' || k.kid as body
        from shikiri_vault.seal_key k
        where k.active
        offset 0
    ) y;
    if not found then
        raise exception 'shikiri: there is no seal key' using errcode = 'SK003';
    end if;
    return p_tenant_id;
end
$$;
revoke all on function shikiri_vault.bind(integer, uuid, text) from public;

-- Takes the seal away for as long as a function of the keeper works for another tenant, and answers it.
create or replace function shikiri_vault.lift_seal() returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    seal text := coalesce(current_setting('shikiri.seal', true), '');
    nothing text;
begin
    nothing := set_config('shikiri.seal', '', true);
    return seal;
end
$$;
revoke all on function shikiri_vault.lift_seal() from public;

-- Puts the seal back that was lifted. An error does so by itself: the setting is local to what is rolled back.
create or replace function shikiri_vault.put_seal(p_seal text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    p_seal := set_config('shikiri.seal', p_seal, true);
end
$$;
revoke all on function shikiri_vault.put_seal(text) from public;

create or replace function shikiri_seal.is_sealed() returns boolean
language plpgsql stable security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(current_setting('shikiri.seal', true), '') <> '';
end
$$;
revoke all on function shikiri_seal.is_sealed() from public;
grant execute on function shikiri_seal.is_sealed() to shikiri_app, shikiri_checker, shikiri_operator;

-- What would let somebody else make a seal. Null: nothing. Whoever writes the setting has no key.
create or replace function shikiri_seal.seal_fault() returns text
language plpgsql stable security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return null;
end
$$;
revoke all on function shikiri_seal.seal_fault() from public;
grant execute on function shikiri_seal.seal_fault() to shikiri_app, shikiri_checker, shikiri_operator;

-- A pad of RFC 2104. The key itself is never stored.
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

-- Replaces the key without a pause: transactions that are under way keep the one they were sealed with.
create or replace function shikiri_ops.rotate_seal_key() returns smallint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    next_kid smallint;
begin
    lock table shikiri_vault.seal_key in share row exclusive mode;
    select coalesce(max(k.kid), 0) + 1 into next_kid from shikiri_vault.seal_key k;
    update shikiri_vault.seal_key set active = false where active;
    delete from shikiri_vault.seal_key k where k.kid < next_kid - 1;
    -- The key is born in the statement that forgets it. 0x36 and 0x5c: the inner and outer pad of RFC 2104.
    insert into shikiri_vault.seal_key (kid, inner_pad, outer_pad, active)
    select next_kid, shikiri_vault.pad(born.seed, 54), shikiri_vault.pad(born.seed, 92), true
    from (
        select sha256(convert_to(
            gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')) as seed
        offset 0
    ) born;
    return next_kid;
end
$$;
revoke all on function shikiri_ops.rotate_seal_key() from public;
grant execute on function shikiri_ops.rotate_seal_key() to shikiri_operator;

-- The first key, when the vault has none.
do $$
begin
    if not exists (select from shikiri_vault.seal_key k where k.active) then
        perform shikiri_ops.rotate_seal_key();
    end if;
end
$$;
