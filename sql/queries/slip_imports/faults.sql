-- The places that are wrong in the file of an import, as far as they were kept, in order.
select f.tenant_id, f.severity, f.line, f.column_no, f.field, f.code, f.masked
from shikiri.slip_import_fault f
where f.import_id = $1
order by f.fault_no
limit $2
