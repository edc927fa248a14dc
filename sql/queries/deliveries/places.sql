-- Where the pages of a file and of its reprints lie in them; null where that is not known.
select
    p.tenant_id,
    p.export_id,
    p.page,
    p.first_byte,
    p.last_byte
from shikiri.export e
join shikiri.export_page p on p.tenant_id = e.tenant_id and p.export_id = e.export_id
where e.export_id = $1 or e.reprint_of = $1
order by p.export_id, p.page
