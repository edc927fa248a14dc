-- Looks behind a link, or begins to fetch with it.
select
    o.outcome,
    o.tenant_id,
    o.export_id,
    o.report,
    o.bytes,
    o.sha256,
    o.fetch_ticket,
    o.remaining
from shikiri_seal.open_link($1, $2, $3, $4) o
