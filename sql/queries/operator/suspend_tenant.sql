-- Suspends a tenant, or lets it in again.
select shikiri_ops.suspend_tenant($1, $2) as found
