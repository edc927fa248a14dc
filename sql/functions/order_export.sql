-- Orders an export: freezes the wish, and makes its id and the two tickets that its process will work with.

-- Both tickets of an export of the bound tenant: one for the process that draws it, one for the checker.
create or replace function shikiri_vault.issue_tickets(
    p_export_id uuid, out export_ticket text, out check_ticket text) returns record
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    until timestamptz := clock_timestamp() + interval '2 hours';
begin
    export_ticket := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    check_ticket := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    insert into shikiri_vault.ticket (ticket_hash, door, tenant_id, user_id, export_id, expires_at)
    values
        (sha256(convert_to(export_ticket, 'UTF8')), 'export', bound, who, p_export_id, until),
        (sha256(convert_to(check_ticket, 'UTF8')), 'check', bound, who, p_export_id, until);
end
$$;
revoke all on function shikiri_vault.issue_tickets(uuid) from public;

create or replace function shikiri_seal.order_export(
    p_report text, p_filter jsonb, p_expected_rows integer, p_purpose text, p_options jsonb, out outcome text,
    out export_id uuid, out export_ticket text, out check_ticket text) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    under_way integer;
    event bigint;
    new_id uuid;
begin
    perform shikiri_vault.require_session();
    -- The chain's row lock also makes two orders of one tenant count one after the other.
    perform from shikiri_vault.chain_head c where c.tenant_id = bound for update;
    -- Two that run and ten that wait.
    select count(*) into under_way
    from shikiri_ops.export_ledger l
    where l.tenant_id = bound and l.state in ('queued', 'running', 'checking');
    if under_way >= 12 then
        outcome := 'quota';
        return;
    end if;
    new_id := shikiri_vault.new_artefact();
    -- First the chain: an order that cannot be written there is no order. The filter may name a person; the chain
    -- keeps its digest.
    event := shikiri_vault.append_event('export.ordered', new_id::text, jsonb_build_object(
        'report', p_report, 'options', p_options, 'expected_rows', p_expected_rows,
        'filter_digest', encode(sha256(convert_to(p_filter::text, 'UTF8')), 'hex')));
    insert into shikiri.export (
        tenant_id, export_id, report, filter, expected_rows, requested_by, purpose, options, rows_salt)
    values (bound, new_id, p_report, p_filter, p_expected_rows, who, p_purpose, p_options,
        uuid_send(gen_random_uuid()));
    insert into shikiri.export_state (tenant_id, export_id, state, state_seq)
    values (bound, new_id, 'queued', event);
    insert into shikiri_ops.export_ledger (tenant_id, export_id, report, state, ordered_at, lease_until, rows_expected)
    values (bound, new_id, p_report, 'queued', clock_timestamp(), clock_timestamp() + interval '60 seconds',
        p_expected_rows);
    select t.export_ticket, t.check_ticket into export_ticket, check_ticket from shikiri_vault.issue_tickets(new_id) t;
    export_id := new_id;
    outcome := 'ordered';
end
$$;
revoke all on function shikiri_seal.order_export(text, jsonb, integer, text, jsonb) from public;
grant execute on function shikiri_seal.order_export(text, jsonb, integer, text, jsonb) to shikiri_app;
