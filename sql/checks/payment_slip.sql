-- The second computation of a payment_slip export: by another role, on the same snapshot, from the frozen order.
-- It makes the 44 digits of every barcode itself, check digit included (modulus 10, weights 3 and 1), and encodes
-- what stands on a slip as src/report/digest.rs says: the export's salt, then each field as its length in UTF-8 bytes
-- (four bytes, big-endian) and its bytes; ffffffff for NULL. That is how Postgres sends the elements of an array, behind
-- a head of twenty bytes, to a client that speaks UTF-8, as the checker does.
select
    min(p.tenant_id) as tenant_id_min,
    max(p.tenant_id) as tenant_id_max,
    count(*)::integer as row_count,
    coalesce(sum(p.amount_yen), 0)::bigint as amount_yen,
    count(distinct p.tenant_id)::integer as tenant_count,
    coalesce(string_agg(
        sha256(
            coalesce(p.rows_salt, decode('', 'hex'))
            || substr(array_send(array[
                p.bill_number,
                p.reissue_number::text,
                p.customer_number,
                p.customer_name,
                to_char(p.due_date, 'YYYY-MM-DD'),
                case when p.revenue_stamp then '1' else '0' end,
                p.amount_yen::text,
                p.consumption_tax_yen::text,
                p.digits || p.check_digit,
                p.payee_name,
                p.collector_name,
                p.slip_purpose,
                p.slip_remarks]), 21)),
        decode('', 'hex') order by p.bill_number, p.reissue_number), decode('', 'hex')) as row_digests
from (
    select
        b.tenant_id,
        b.bill_number,
        b.reissue_number,
        b.customer_number,
        b.customer_name,
        b.due_date,
        b.revenue_stamp,
        b.amount_yen,
        b.consumption_tax_yen,
        b.payee_name,
        b.collector_name,
        b.slip_purpose,
        b.slip_remarks,
        b.digits,
        b.rows_salt,
        (
            select ((10 - sum(substr(b.digits, n, 1)::integer * case when n % 2 = 1 then 3 else 1 end) % 10) % 10)::text
            from generate_series(1, 43) n
        ) as check_digit
    from (
        select
            s.tenant_id,
            s.bill_number,
            s.reissue_number,
            s.customer_number,
            s.customer_name,
            s.due_date,
            s.revenue_stamp,
            s.amount_yen,
            s.consumption_tax_yen,
            t.payee_name,
            t.collector_name,
            t.slip_purpose,
            t.slip_remarks,
            e.rows_salt,
            '91' || t.issuer_code || t.tenant_code || s.bill_number || s.reissue_number
                || coalesce(to_char(s.due_date, 'YYMMDD'), '999999')
                || case when s.revenue_stamp then '1' else '0' end || lpad(s.amount_yen::text, 6, '0') as digits
        from shikiri.export e
        join shikiri.tenant t on t.tenant_id = e.tenant_id
        join shikiri.slip s on s.tenant_id = e.tenant_id
        where e.tenant_id = $1
            and e.export_id = $2
            and s.tenant_id = $1
            and t.tenant_id = $1
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
            -- What is void or has a next issue is not printed.
            and (
                select count(*)
                from shikiri.slip_event w
                where w.tenant_id = $1 and w.bill_number = s.bill_number and w.reissue_number = s.reissue_number
                    and w.kind <> 'reissued'
            ) = 0
    ) b
) p
