-- What the operator may read: tenants, export metadata, incidents, deployments. No personal column is in any of them.
revoke all on all tables in schema shikiri_ops from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor;
grant select on shikiri_ops.tenant, shikiri_ops.export_ledger, shikiri_ops.incident, shikiri_ops.deployment
to shikiri_operator;
