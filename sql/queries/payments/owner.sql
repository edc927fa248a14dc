-- Whose settlement file it must be: the codes that its barcodes carry.
select t.tenant_id, t.tenant_code, t.issuer_code
from shikiri.tenant t
