-- Who was sent which bytes of a file and of its reprints; with a link, also who made it.
select
    f.tenant_id,
    f.export_id,
    f.link_id,
    f.fetched_by,
    l.created_by as link_made_by,
    f.began_at,
    f.first_byte,
    f.last_byte,
    f.complete
from shikiri.export e
join shikiri.export_fetch f on f.tenant_id = e.tenant_id and f.export_id = e.export_id
left join shikiri.export_link l on l.tenant_id = f.tenant_id and l.export_id = f.export_id and l.link_id = f.link_id
where e.export_id = $1 or e.reprint_of = $1
order by f.began_at, f.export_id, f.fetch_id
