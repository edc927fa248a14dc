-- Writes to the chain what was registered and which files came in. Each is called in the transaction that keeps it, and
-- writes of what it finds there: an event of rows that this transaction did not make is refused.
create or replace function shikiri_seal.note_registered(p_bill_numbers text[], p_reissue_numbers smallint[])
    returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    made record;
begin
    perform shikiri_vault.require_session();
    select count(*) as rows, min(s.bill_number || '-' || s.reissue_number) as first,
        max(s.bill_number || '-' || s.reissue_number) as last
    into made
    from (
        select distinct n.bill_number, n.reissue_number
        from unnest(p_bill_numbers, p_reissue_numbers) as n(bill_number, reissue_number)) n
    join shikiri.slip s on s.tenant_id = bound and s.bill_number = n.bill_number
        and s.reissue_number = n.reissue_number and s.xmin = pg_current_xact_id()::xid;
    if made.rows = 0 or made.rows <> cardinality(p_bill_numbers) then
        raise exception 'shikiri: this transaction did not make these rows' using errcode = '55000';
    end if;
    return shikiri_vault.append_event('slip.registered', made.first,
        jsonb_build_object('count', made.rows, 'last', made.last));
end
$$;
revoke all on function shikiri_seal.note_registered(text[], smallint[]) from public;
grant execute on function shikiri_seal.note_registered(text[], smallint[]) to shikiri_app;

create or replace function shikiri_seal.note_slip_import(
    p_import_id uuid, p_rows integer, p_first text, p_last text, p_file_sha256 bytea) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
begin
    perform shikiri_vault.require_session();
    if not exists (
        select from shikiri.slip_import i
        where i.tenant_id = bound and i.import_id = p_import_id and i.outcome = 'registered' and i.row_count = p_rows
            and i.file_sha256 = p_file_sha256 and i.xmin = pg_current_xact_id()::xid)
        -- The ends of what was registered, each of them a slip of this transaction.
        or p_rows > 0 and 2 > (
            select count(*)
            from (values (p_first), (p_last)) as n(name)
            join shikiri.slip s on s.tenant_id = bound and s.bill_number = split_part(n.name, '-', 1)
                and s.reissue_number::text = split_part(n.name, '-', 2) and s.xmin = pg_current_xact_id()::xid)
    then
        raise exception 'shikiri: this transaction did not make these rows' using errcode = '55000';
    end if;
    return shikiri_vault.append_event('slip.imported', p_import_id::text, jsonb_build_object(
        'count', p_rows, 'first', p_first, 'last', p_last, 'file_sha256', encode(p_file_sha256, 'hex')));
end
$$;
revoke all on function shikiri_seal.note_slip_import(uuid, integer, text, text, bytea) from public;
grant execute on function shikiri_seal.note_slip_import(uuid, integer, text, text, bytea) to shikiri_app;

create or replace function shikiri_seal.note_payment_import(
    p_import_id uuid, p_layout text, p_events integer, p_new integer, p_file_sha256 bytea) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
begin
    perform shikiri_vault.require_session();
    if not exists (
        select from shikiri.payment_import i
        where i.tenant_id = bound and i.import_id = p_import_id and i.layout = p_layout and i.event_count = p_events
            and i.new_count = p_new and i.file_sha256 = p_file_sha256 and i.xmin = pg_current_xact_id()::xid)
    then
        raise exception 'shikiri: this transaction did not make these rows' using errcode = '55000';
    end if;
    return shikiri_vault.append_event('payment.imported', p_import_id::text, jsonb_build_object(
        'layout', p_layout, 'events', p_events, 'new', p_new, 'file_sha256', encode(p_file_sha256, 'hex')));
end
$$;
revoke all on function shikiri_seal.note_payment_import(uuid, text, integer, integer, bytea) from public;
grant execute on function shikiri_seal.note_payment_import(uuid, text, integer, integer, bytea) to shikiri_app;

-- The alarm: a settlement file with lines of another biller was offered. Nothing of it is kept but its digest: that
-- it was offered is the session's own word, and there is no row that it could be held against.
create or replace function shikiri_seal.note_foreign_payments(
    p_layout text, p_line integer, p_foreign_lines integer, p_file_sha256 bytea) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_vault.require_session();
    return shikiri_vault.append_event('payment.foreign_file_refused', encode(p_file_sha256, 'hex'), jsonb_build_object(
        'layout', p_layout, 'first_line', p_line, 'foreign_lines', p_foreign_lines));
end
$$;
revoke all on function shikiri_seal.note_foreign_payments(text, integer, integer, bytea) from public;
grant execute on function shikiri_seal.note_foreign_payments(text, integer, integer, bytea) to shikiri_app;
