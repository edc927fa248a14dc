-- Appends one event to the bound tenant's hash chain, in the transaction of the thing it records.
create or replace function shikiri_vault.append_event(p_action text, p_object text, p_detail jsonb) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    event_at timestamptz := clock_timestamp();
    res bigint;
begin
    -- The row lock is the order of the chain: two transactions of one tenant cannot both be next.
    -- The hashes stay columns: a variable of a statement could be printed with its plan.
    insert into shikiri.audit_event (tenant_id, seq, at, actor, action, object, detail, previous_hash, hash)
    select bound, c.seq + 1, event_at, who, p_action, p_object, p_detail, c.hash,
        shikiri_vault.event_hash(c.hash, bound, c.seq + 1, event_at, who, p_action, p_object, p_detail)
    from (select h.seq, h.hash from shikiri_vault.chain_head h where h.tenant_id = bound for update) c
    returning seq into strict res;
    update shikiri_vault.chain_head c set seq = e.seq, hash = e.hash
    from shikiri.audit_event e
    where c.tenant_id = bound and e.tenant_id = bound and e.seq = res;
    return res;
end
$$;
revoke all on function shikiri_vault.append_event(text, text, jsonb) from public;

-- sha256 over the previous hash and every field, each with its length in front, so that no two events read alike.
create or replace function shikiri_vault.event_hash(
    p_previous bytea, p_tenant_id integer, p_seq bigint, p_at timestamptz, p_actor uuid, p_action text, p_object text,
    p_detail jsonb) returns bytea
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
declare
    res bytea := p_previous;
    field text;
begin
    foreach field in array array[
        p_tenant_id::text, p_seq::text,
        to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        p_actor::text, p_action, p_object, p_detail::text]
    loop
        res := res || int4send(length(convert_to(field, 'UTF8'))) || convert_to(field, 'UTF8');
    end loop;
    return sha256(res);
end
$$;
revoke all on function shikiri_vault.event_hash(bytea, integer, bigint, timestamptz, uuid, text, text, jsonb) from public;
