-- Tells of a page by its code which export it is of, and whether it was sent: a line for the file and for each reprint.
select
    r.tenant_code,
    r.report,
    r.ordered_at,
    r.requested_by,
    r.row_count,
    r.export_id,
    r.reprint_first_page,
    r.reprint_last_page,
    r.state,
    r.recalled_at,
    r.fetches,
    r.sent
from shikiri_ops.resolve_page($1, $2) r
