-- Who this transaction is sealed to: recomputed in every statement, an error when it is missing or wrong.
create or replace function shikiri_seal.tenant() returns integer
language plpgsql stable security definer parallel restricted cost 100
set search_path = pg_catalog, pg_temp
as $$
declare
    seal text := current_setting('shikiri.seal', true);
    body text;
    inner_pad bytea;
    outer_pad bytea;
    genuine text;
begin
    if seal is null or seal = '' then
        raise exception 'shikiri: no tenant is bound to this transaction' using errcode = 'SK001';
    end if;
    body := left(seal, -65);
    -- The kid is compared as text: a cast would speak about what it was given.
    select k.inner_pad, k.outer_pad into inner_pad, outer_pad
    from shikiri_vault.seal_key k
    where k.kid::text = split_part(body, ':', 4);
    genuine := body || ':' || encode(sha256(outer_pad || sha256(inner_pad || convert_to(body, 'UTF8')
        || decode('00', 'hex') || int4send(pg_backend_pid()) || timestamptz_send(transaction_timestamp())
        || convert_to(session_user::text, 'UTF8'))), 'hex');
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
