-- Rows that say they are of another biller, from a table without a wall.
select f.tenant_id, f.note
from careless.note f
order by f.tenant_id
