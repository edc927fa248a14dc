-- One import of slips.
select
    i.tenant_id,
    i.import_id,
    i.mode,
    i.outcome,
    i.encoding,
    i.encoding_detected,
    i.file_sha256,
    i.file_bytes,
    i.row_count,
    i.error_count,
    i.notice_count,
    i.imported_by,
    i.imported_at
from shikiri.slip_import i
where i.import_id = $1
