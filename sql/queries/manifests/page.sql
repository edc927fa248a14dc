-- One page of an export, as its manifest has it.
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
where p.export_id = $1 and p.page = $2
