-- Orders a reprint and begins it.
select
    b.outcome,
    b.export_id,
    b.export_ticket,
    b.check_ticket,
    b.tenant_code,
    b.report,
    b.source_sha256,
    b.source_bytes,
    b.source_certificate,
    b.row_count,
    b.amount_yen,
    b.pages_digest,
    b.filter_digest,
    b.page_count,
    b.source_pages
from shikiri_seal.begin_reprint($1, $2, $3) b
