-- Stops an export on a person's wish: now, or behind a page. Where pages are drawn is no matter: the database decides.
-- `p_drawn` is what the caller's own process has drawn and not yet reported; it only moves the end of a stop that
-- is to be now, so that the page under the pen counts. Nothing of a cancelled export is ever released.
create or replace function shikiri_seal.cancel_export(
    p_export_id uuid, p_at_page integer, p_drawn integer, p_reason text,
    out outcome text, out state text, out pages_done integer, out effective_page integer) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    who uuid := shikiri_seal.actor();
    it shikiri.export_state;
begin
    perform shikiri_vault.require_session();
    select s.* into it from shikiri.export_state s where s.export_id = p_export_id for update;
    state := it.state;
    pages_done := it.pages_done;
    if it.export_id is null then
        outcome := 'not_found';
        return;
    elsif it.state = 'cancelled' then
        -- Asked again: the same answer.
        outcome := 'accepted';
        effective_page := it.pages_done;
        return;
    elsif it.state not in ('queued', 'running', 'checking') then
        outcome := 'already_final';
        return;
    elsif p_at_page < it.pages_done then
        outcome := 'page_behind';
        return;
    end if;
    effective_page := coalesce(p_at_page, case
        when it.state = 'running' then greatest(it.pages_done, least(p_drawn, it.pages_total))
        else it.pages_done
    end);
    -- Never behind the end, and an earlier wish is only ever moved forward.
    effective_page := least(effective_page, it.pages_total, it.cancel_at_page);
    if effective_page is not distinct from it.cancel_at_page then
        outcome := 'accepted';
        return;
    end if;
    perform shikiri_vault.append_event('export.cancel_requested', p_export_id::text,
        jsonb_build_object('at_page', p_at_page, 'effective_page', effective_page));
    update shikiri.export_state s
    set cancel_requested_at = clock_timestamp(), cancel_requested_by = who, cancel_reason = p_reason,
        cancel_at_page = effective_page
    where s.export_id = p_export_id;
    if it.state = 'checking' or effective_page <= it.pages_done then
        perform shikiri_vault.end_cancelled(p_export_id);
        state := 'cancelled';
    end if;
    outcome := 'accepted';
end
$$;
revoke all on function shikiri_seal.cancel_export(uuid, integer, integer, text) from public;
grant execute on function shikiri_seal.cancel_export(uuid, integer, integer, text) to shikiri_app;
