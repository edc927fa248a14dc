-- Computes a tenant's audit chain again, from its first event to its head. `sql/chain.sql` does the same without us.
create or replace function shikiri_vault.verify_chain(
    p_tenant_code text, out outcome text, out events bigint, out bad_seq bigint, out head_hash text) returns record
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_vault.bind_as_operator(p_tenant_code);
    previous bytea := sha256(convert_to('shikiri:' || bound, 'UTF8'));
    head record;
    e record;
begin
    if bound is null then
        outcome := 'no_tenant';
        return;
    end if;
    -- Held until the end of the call, so that no event comes in between.
    select c.seq, c.hash into head from shikiri_vault.chain_head c where c.tenant_id = bound for share;
    events := 0;
    for e in
        select v.seq, v.at, v.actor, v.action, v.object, v.detail, v.previous_hash, v.hash
        from shikiri.audit_event v
        order by v.seq
    loop
        events := events + 1;
        if e.seq <> events or e.previous_hash <> previous or e.hash <> shikiri_vault.event_hash(
            previous, bound, e.seq, e.at, e.actor, e.action, e.object, e.detail)
        then
            outcome := 'broken';
            bad_seq := events;
            return;
        end if;
        previous := e.hash;
    end loop;
    head_hash := encode(previous, 'hex');
    -- Events that were cut off at the end leave a chain that is whole in itself: the head tells.
    if head.seq is distinct from events or head.hash is distinct from previous then
        outcome := 'cut_off';
        bad_seq := events + 1;
        return;
    end if;
    outcome := 'whole';
end
$$;
revoke all on function shikiri_vault.verify_chain(text) from public;

create or replace function shikiri_ops.verify_chain(
    p_tenant_code text, out outcome text, out events bigint, out bad_seq bigint, out head_hash text) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
begin
    select v.outcome, v.events, v.bad_seq, v.head_hash into outcome, events, bad_seq, head_hash
    from shikiri_vault.verify_chain(p_tenant_code) v;
    perform shikiri_vault.put_seal(outer_seal);
end
$$;
revoke all on function shikiri_ops.verify_chain(text) from public;
grant execute on function shikiri_ops.verify_chain(text) to shikiri_operator;
