-- Keeps the events of a settlement file that are not known yet, and the file's own line. Answers how many were new.
with events as (
    insert into shikiri.payment_event (
        tenant_id, event_key, bill_number, reissue_number, kind, source_code, paid_on, paid_at, amount_yen, barcode,
        check_digit_fits, chain_code, store_code, made_on, payout_on, import_id, line)
    select
        t.tenant_id,
        e.event_key,
        e.bill_number,
        e.reissue_number,
        e.kind,
        e.source_code,
        e.paid_on,
        e.paid_at,
        e.amount_yen,
        e.barcode,
        e.check_digit_fits,
        e.chain_code,
        e.store_code,
        e.made_on,
        e.payout_on,
        $1,
        e.line
    from unnest(
        $6::bytea[], $7::text[], $8::smallint[], $9::text[], $10::text[], $11::date[], $12::text[], $13::integer[],
        $14::text[], $15::boolean[], $16::text[], $17::text[], $18::date[], $19::date[], $20::integer[])
        as e(event_key, bill_number, reissue_number, kind, source_code, paid_on, paid_at, amount_yen, barcode,
            check_digit_fits, chain_code, store_code, made_on, payout_on, line)
    cross join shikiri.tenant t
    on conflict (tenant_id, event_key) do nothing
    returning tenant_id
), made as (
    insert into shikiri.payment_import (
        tenant_id, import_id, layout, file_sha256, file_bytes, event_count, new_count, imported_by)
    select
        t.tenant_id,
        $1,
        $2,
        $3,
        $4,
        $5,
        (select count(*) from events)::integer,
        (select shikiri_seal.actor())
    from shikiri.tenant t
    returning tenant_id, new_count
)
select m.tenant_id, m.new_count
from made m
