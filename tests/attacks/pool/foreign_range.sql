-- An aggregate over rows of several billers, from a table without a wall.
select min(f.tenant_id) as tenant_id_min, max(f.tenant_id) as tenant_id_max, count(*) as row_count
from careless.note f
where f.tenant_id >= $1
