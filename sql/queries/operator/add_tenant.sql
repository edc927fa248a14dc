-- Adds a tenant.
select shikiri_ops.add_tenant($1, $2, $3, $4) as tenant_id
