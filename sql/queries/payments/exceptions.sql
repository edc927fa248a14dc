-- Payments at which a person must look, in order of their day, each with all that is strange about it. A call looks at
-- $7 payments at most, and says with each row, and without any, how many it looked at and at which it ended.
select
    coalesce(n.tenant_id, l.tenant_id) as tenant_id,
    l.paid_on as examined_paid_on,
    l.event_key as examined_event_key,
    l.place as examined,
    n.event_key,
    n.bill_number,
    n.reissue_number,
    n.kind,
    n.paid_on,
    n.paid_at,
    n.amount_yen,
    n.slip_amount_yen,
    n.chain_code,
    n.store_code,
    n.import_id,
    n.line,
    n.kinds
from (
    select t.tenant_id, t.paid_on, t.event_key, t.place
    from (
        select
            e.tenant_id,
            e.paid_on,
            e.event_key,
            row_number() over (order by e.paid_on, e.event_key) as place
        from shikiri.payment_event e
        where (e.paid_on, e.event_key) > ($1::date, $2::bytea)
            and ($3::date is null or e.paid_on >= $3)
            and ($4::date is null or e.paid_on <= $4)
        order by e.paid_on, e.event_key
        limit $7
    ) t
    order by t.place desc
    limit 1
) l
left join (
    select
        n.tenant_id,
        n.event_key,
        n.bill_number,
        n.reissue_number,
        n.kind,
        n.paid_on,
        n.paid_at,
        n.amount_yen,
        n.slip_amount_yen,
        n.chain_code,
        n.store_code,
        n.import_id,
        n.line,
        n.kinds
    from (
            select
                e.tenant_id,
                e.event_key,
                e.bill_number,
                e.reissue_number,
                e.kind,
                e.paid_on,
                e.paid_at,
                e.amount_yen,
                s.amount_yen as slip_amount_yen,
                e.chain_code,
                e.store_code,
                e.import_id,
                e.line,
                array_remove(array[
                    case when s.amount_yen is null then 'unknown_slip' end,
                    case when s.amount_yen <> e.amount_yen then 'amount_differs' end,
                    case when b.kept >= 2 then 'paid_twice' end,
                    case when v.voided then 'after_void' end,
                    case when s.due_date < e.paid_on then 'after_due' end,
                    case when not e.check_digit_fits then 'bad_check_digit' end
                ], null) as kinds
            from (
                select
                    e.tenant_id,
                    e.event_key,
                    e.bill_number,
                    e.reissue_number,
                    e.kind,
                    e.paid_on,
                    e.paid_at,
                    e.amount_yen,
                    e.check_digit_fits,
                    e.chain_code,
                    e.store_code,
                    e.import_id,
                    e.line
                from shikiri.payment_event e
                where (e.paid_on, e.event_key) > ($1::date, $2::bytea)
                    and ($3::date is null or e.paid_on >= $3)
                    and ($4::date is null or e.paid_on <= $4)
                order by e.paid_on, e.event_key
                limit $7
            ) e
            left join lateral (
                select s.amount_yen, s.due_date
                from shikiri.slip s
                where s.bill_number = e.bill_number and s.reissue_number = e.reissue_number
                limit 1
            ) s on true
            left join lateral (
                select true as voided
                from shikiri.slip_event v
                where v.bill_number = e.bill_number and v.reissue_number = e.reissue_number and v.kind = 'voided'
                limit 1
            ) v on true
            -- How often the bill is paid, over all its issues, and this issue alone: domain::Payments says the same.
            cross join lateral (
                select
                    sum(greatest(p.confirmed, p.preliminary - p.cancelled, 0)) as kept,
                    sum(greatest(p.confirmed, p.preliminary - p.cancelled, 0))
                        filter (where p.reissue_number = e.reissue_number) as kept_of_issue
                from (
                    select
                        p.reissue_number,
                        count(*) filter (where p.kind = 'confirmed') as confirmed,
                        count(*) filter (where p.kind = 'preliminary') as preliminary,
                        count(*) filter (where p.kind = 'preliminary_cancelled') as cancelled
                    from (
                        select p.reissue_number, p.kind
                        from shikiri.payment_event p
                        where p.bill_number = e.bill_number
                        group by p.reissue_number, p.kind, p.paid_on, p.paid_at, p.chain_code, p.store_code
                    ) p
                    group by p.reissue_number
                ) p
            ) b
            where e.kind <> 'preliminary_cancelled'
                -- What was cancelled is no payment.
                and b.kept_of_issue >= 1
                -- A preliminary notice that was confirmed or cancelled has said all it has to say.
                and not (e.kind = 'preliminary' and exists (
                    select
                    from shikiri.payment_event o
                    where o.bill_number = e.bill_number and o.reissue_number = e.reissue_number and o.kind <> 'preliminary'
                        and o.paid_on = e.paid_on and o.paid_at = e.paid_at and o.chain_code = e.chain_code
                        and o.store_code = e.store_code
                ))
    ) n
    where cardinality(n.kinds) > 0 and ($5::text is null or $5 = any(n.kinds))
    order by n.paid_on, n.event_key
    limit $6
) n on true
order by n.paid_on, n.event_key
