-- The second computation of a slip_list export: by another role, on the same snapshot, from the frozen order.
-- The one place with an explicit tenant. Its own rendering of the filter; the row encoding of src/report/digest.rs: the
-- export's salt, then every field as its length in UTF-8 bytes (four bytes, big-endian) and its bytes; ffffffff for NULL.
-- That is how Postgres sends the elements of an array, behind a head of twenty bytes, to a client that speaks UTF-8 (as
-- the checker does; with another one the digests would be others and the export tripped).
select
    min(s.tenant_id) as tenant_id_min,
    max(s.tenant_id) as tenant_id_max,
    count(*)::integer as row_count,
    coalesce(sum(s.amount_yen), 0)::bigint as amount_yen,
    count(distinct s.tenant_id)::integer as tenant_count,
    coalesce(string_agg(
        sha256(
            coalesce(e.rows_salt, decode('', 'hex'))
            || substr(array_send(array[
                s.bill_number,
                s.reissue_number::text,
                s.customer_number,
                s.customer_name,
                to_char(s.due_date, 'YYYY-MM-DD'),
                case when s.revenue_stamp then '1' else '0' end,
                s.amount_yen::text]), 21)),
        decode('', 'hex') order by s.bill_number, s.reissue_number), decode('', 'hex')) as row_digests
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
