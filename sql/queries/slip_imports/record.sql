-- Keeps what came of a file, and the places that are wrong in it.
with made as (
    insert into shikiri.slip_import (
        tenant_id, import_id, mode, outcome, encoding, encoding_detected, file_sha256, file_bytes, row_count, error_count,
        notice_count, imported_by)
    select t.tenant_id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (select shikiri_seal.actor())
    from shikiri.tenant t
    returning tenant_id, import_id
), faults as (
    insert into shikiri.slip_import_fault (
        tenant_id, import_id, fault_no, severity, line, column_no, field, code, masked)
    select m.tenant_id, m.import_id, f.fault_no, f.severity, f.line, f.column_no, f.field, f.code, f.masked
    from made m
    cross join unnest($11::text[], $12::integer[], $13::integer[], $14::text[], $15::text[], $16::text[])
        with ordinality as f(severity, line, column_no, field, code, masked, fault_no)
    returning tenant_id
)
select m.tenant_id
from made m
