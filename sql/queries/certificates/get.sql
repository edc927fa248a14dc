-- The certificate of an export.
select c.tenant_id, c.certificate
from shikiri.export_certificate c
where c.export_id = $1
