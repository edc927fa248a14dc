-- Writes down what a biller says was printed of a released export: up to which page, and a note.
create or replace function shikiri_seal.report_print(
    p_export_id uuid, p_last_printed_page integer, p_note text, out outcome text, out report_number integer)
    returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    it shikiri.export_state;
begin
    perform shikiri_vault.require_session();
    -- The row lock also counts the reports of one export.
    select s.* into it from shikiri.export_state s where s.export_id = p_export_id for update;
    if it.export_id is null then
        outcome := 'not_found';
        return;
    elsif it.state in ('queued', 'running', 'checking', 'cancelled', 'stopped', 'tripped', 'failed') then
        outcome := 'not_released';
        return;
    elsif p_last_printed_page not between 0 and it.pages_total then
        outcome := 'no_such_page';
        return;
    end if;
    select count(*) + 1 into report_number from shikiri.print_report r where r.export_id = p_export_id;
    perform shikiri_vault.append_event('export.print_reported', p_export_id::text, jsonb_build_object(
        'report_number', report_number, 'last_printed_page', p_last_printed_page));
    insert into shikiri.print_report (
        tenant_id, export_id, report_number, reported_by, last_printed_page, note)
    values (bound, p_export_id, report_number, who, p_last_printed_page, p_note);
    outcome := 'reported';
end
$$;
revoke all on function shikiri_seal.report_print(uuid, integer, text) from public;
grant execute on function shikiri_seal.report_print(uuid, integer, text) to shikiri_app;
