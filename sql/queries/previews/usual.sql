-- How large this biller's released exports of a report usually are: the latest two hundred.
select
    min(u.tenant_id) as tenant_id_min,
    max(u.tenant_id) as tenant_id_max,
    count(*) as exports,
    percentile_disc(0.95) within group (order by u.rows_done) as rows_p95
from (
    select s.tenant_id, s.rows_done
    from shikiri.export e
    join shikiri.export_state s on s.tenant_id = e.tenant_id and s.export_id = e.export_id
    where e.report = $1
        and s.state in ('ready', 'delivering', 'delivered', 'expired', 'recalled', 'shredded')
    order by e.ordered_at desc, e.export_id desc
    limit 200
) u
