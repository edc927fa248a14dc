-- The manifest of an export: its pages, where they lie in the file, and the digests of the rows on them.
select
    p.tenant_id,
    p.page,
    p.row_count,
    p.amount_yen,
    p.first_slip,
    p.last_slip,
    p.page_digest,
    p.row_digests,
    p.first_byte,
    p.last_byte
from shikiri.export_page p
where p.export_id = $1
order by p.page
