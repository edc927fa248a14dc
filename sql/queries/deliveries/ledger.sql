-- Who was sent which bytes of a file and of its reprints.
select
    f.tenant_id,
    f.export_id,
    f.link_id,
    f.fetched_by,
    f.began_at,
    f.first_byte,
    f.last_byte,
    f.complete
from shikiri.export e
join shikiri.export_fetch f on f.tenant_id = e.tenant_id and f.export_id = e.export_id
where e.export_id = $1 or e.reprint_of = $1
order by f.began_at, f.export_id, f.fetch_id
