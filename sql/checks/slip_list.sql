-- The second computation of a slip_list export: by another role, on the same snapshot, from the frozen order.
-- The one place with an explicit tenant. Its own rendering of the filter; the row encoding of src/report/digest.rs:
-- every field as its length in UTF-8 bytes (four bytes, big-endian) and its bytes; ffffffff for NULL.
select
    min(s.tenant_id) as tenant_id_min,
    max(s.tenant_id) as tenant_id_max,
    count(*)::integer as row_count,
    coalesce(sum(s.amount_yen), 0)::bigint as amount_yen,
    count(distinct s.tenant_id)::integer as tenant_count,
    sha256(coalesce(string_agg(
        sha256(
            int4send(octet_length(s.bill_number)) || convert_to(s.bill_number, 'UTF8')
            || int4send(octet_length(s.reissue_number::text)) || convert_to(s.reissue_number::text, 'UTF8')
            || int4send(octet_length(s.customer_number)) || convert_to(s.customer_number, 'UTF8')
            || int4send(octet_length(s.customer_name)) || convert_to(s.customer_name, 'UTF8')
            || coalesce(
                int4send(octet_length(to_char(s.due_date, 'YYYY-MM-DD')))
                    || convert_to(to_char(s.due_date, 'YYYY-MM-DD'), 'UTF8'),
                int4send(-1))
            || int4send(1) || convert_to(case when s.revenue_stamp then '1' else '0' end, 'UTF8')
            || int4send(octet_length(s.amount_yen::text)) || convert_to(s.amount_yen::text, 'UTF8')),
        decode('', 'hex') order by s.bill_number, s.reissue_number), decode('', 'hex'))) as rows_digest
from shikiri.export e
join shikiri.slip s on s.tenant_id = e.tenant_id
where e.tenant_id = $1
    and e.export_id = $2
    and s.tenant_id = $1
    and coalesce(e.filter -> 'all' = jsonb 'true', false) = (e.filter - 'all' = jsonb '{}')
    and coalesce(s.bill_number >= (e.filter ->> 'bill_number_from'), true)
    and coalesce(s.bill_number <= (e.filter ->> 'bill_number_to'), true)
    and coalesce(s.reissue_number = (e.filter ->> 'reissue_number')::integer, true)
    and coalesce(s.customer_number = (e.filter ->> 'customer_number'), true)
    and coalesce(s.amount_yen >= (e.filter ->> 'amount_from')::integer, true)
    and coalesce(s.amount_yen <= (e.filter ->> 'amount_to')::integer, true)
    and case
        when e.filter ?| array['due_from', 'due_to'] then s.due_date between
            coalesce((e.filter ->> 'due_from')::date, date '-infinity')
            and coalesce((e.filter ->> 'due_to')::date, date 'infinity')
        else true
    end
