-- Exports whose process is gone.

-- A lease that ran out means that the process died: the job becomes 'failed: interrupted', for every tenant.
-- Safe to call unbound and by anybody: it only ends what has ended, and tells nothing but a number.
create or replace function shikiri_vault.end_interrupted_exports() returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    dead record;
    res integer := 0;
begin
    for dead in
        select l.tenant_id, l.export_id
        from shikiri_ops.export_ledger l
        where l.state in ('queued', 'running', 'checking') and l.lease_until < clock_timestamp()
        order by l.tenant_id, l.export_id
        for update skip locked
    loop
        -- Whoever holds a biller's chain holds up that biller and nobody else.
        perform from shikiri_vault.chain_head c where c.tenant_id = dead.tenant_id for update skip locked;
        continue when not found;
        perform shikiri_vault.bind(dead.tenant_id, uuid '00000000-0000-0000-0000-000000000000', 'upkeep');
        -- A backend that is stuck in a step holds this row: it is not dead, and must not make us wait.
        perform from shikiri.export_state s where s.export_id = dead.export_id for update skip locked;
        if found then
            -- Who had been asked to stop is cancelled; the rest is interrupted.
            if exists (select from shikiri.export_state s
                where s.export_id = dead.export_id and s.cancel_requested_at is not null)
            then
                perform shikiri_vault.end_cancelled(dead.export_id);
            else
                perform shikiri_vault.move_export(dead.export_id, 'failed', 'interrupted', null);
            end if;
            res := res + 1;
        end if;
    end loop;
    return res;
end
$$;
revoke all on function shikiri_vault.end_interrupted_exports() from public;

create or replace function shikiri_seal.end_interrupted_exports() returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res integer;
begin
    res := shikiri_vault.end_interrupted_exports();
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_seal.end_interrupted_exports() from public;
grant execute on function shikiri_seal.end_interrupted_exports() to shikiri_app;
