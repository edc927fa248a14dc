-- How many slips the biller has, after a while.
select min(s.tenant_id) as tenant_id_min, max(s.tenant_id) as tenant_id_max, count(*) as row_count
from shikiri.slip s, pg_catalog.pg_sleep($1)
