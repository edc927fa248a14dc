-- Notes of an embedder's own table that come after one of them.
select n.tenant_id, n.note
from shikiri.note n
where n.note > $1
order by n.note
