-- All tenants, as the operator sees them.
select t.tenant_code, t.tenant_name, t.suspended_at, t.on_conflict_allowed, t.created_at
from shikiri_ops.tenant t
order by t.tenant_code
