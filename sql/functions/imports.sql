-- Writes to the chain which files came in; each is called in the transaction that keeps what was in the file.
create or replace function shikiri_seal.note_slip_import(
    p_import_id uuid, p_rows integer, p_first text, p_last text, p_file_sha256 bytea) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_vault.require_session();
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
begin
    perform shikiri_vault.require_session();
    return shikiri_vault.append_event('payment.imported', p_import_id::text, jsonb_build_object(
        'layout', p_layout, 'events', p_events, 'new', p_new, 'file_sha256', encode(p_file_sha256, 'hex')));
end
$$;
revoke all on function shikiri_seal.note_payment_import(uuid, text, integer, integer, bytea) from public;
grant execute on function shikiri_seal.note_payment_import(uuid, text, integer, integer, bytea) to shikiri_app;

-- The alarm: a settlement file with lines of another biller was offered. Nothing of it is kept but its digest.
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
