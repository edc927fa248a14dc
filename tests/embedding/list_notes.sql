-- Notes of an embedder's own table, guarded by the same wall.
select n.tenant_id, n.note
from shikiri.note n
order by n.note
