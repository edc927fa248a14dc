-- Whether a credential's row was changed after the snapshot that reads it was taken. A transaction may have begun, or have
-- imported a snapshot, before a logout; the row it sees is the old one, but the mark of who changed it stands in that row
-- itself, whatever the snapshot. Works in read-only transactions, which can lock nothing.
create or replace function shikiri_vault.is_overtaken(p_xmax xid) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    upto bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
    -- xmax has 32 bits of 64: the rest is that of the number nearest to the snapshot.
    changed_by bigint := upto - (upto & 4294967295) + p_xmax::text::bigint;
begin
    changed_by := case
        when changed_by > upto + 2147483648 then changed_by - 4294967296
        when changed_by < upto - 2147483648 then changed_by + 4294967296
        else changed_by
    end;
    -- Nobody locks these rows, and nothing refers to them: who stands there has changed them, or has tried and failed.
    return coalesce(pg_xact_status(changed_by::text::xid8) = 'committed', false);
end
$$;
revoke all on function shikiri_vault.is_overtaken(xid) from public;
