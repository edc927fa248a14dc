-- No SQL at all.
selekt n.tenant_id
from shikiri.note n
