-- Settlement files that were taken in, the latest first, before a given one.
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
where (i.imported_at, i.import_id) < ($1::timestamptz, $2::uuid)
order by i.imported_at desc, i.import_id desc
limit $3
