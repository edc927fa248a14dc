-- Puts slips of any tenant into the naive twin.
insert into naive.slip (
    tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date, revenue_stamp, amount_yen)
select
    n.tenant_id,
    n.bill_number,
    n.reissue_number,
    n.customer_number,
    n.customer_name,
    n.due_date,
    n.revenue_stamp,
    n.amount_yen
from unnest($1::integer[], $2::text[], $3::smallint[], $4::text[], $5::text[], $6::date[], $7::boolean[], $8::integer[])
    as n(
        tenant_id,
        bill_number,
        reissue_number,
        customer_number,
        customer_name,
        due_date,
        revenue_stamp,
        amount_yen)
