-- One settlement file that was taken in.
select
    i.tenant_id,
    i.import_id,
    i.layout,
    i.file_sha256,
    i.file_bytes,
    i.event_count,
    i.new_count,
    i.imported_by,
    i.imported_at
from shikiri.payment_import i
where i.import_id = $1
