-- Writes one slip, and takes its time.
insert into shikiri.slip (
    tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date, revenue_stamp, amount_yen)
select (select shikiri_seal.tenant()), $1, 0, 'C1', $2, null, false, 100
from pg_catalog.pg_sleep($3)
returning tenant_id
