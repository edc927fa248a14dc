-- Names a column that is not there.
select n.tenant_id, n.nota
from shikiri.note n
