-- What the operator may read: tenants, export metadata, incidents, deployments. No personal column is in any of them.
revoke all on all tables in schema shikiri_ops from public, shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor;
grant select on shikiri_ops.tenant, shikiri_ops.export_ledger, shikiri_ops.incident, shikiri_ops.deployment
to shikiri_operator;

-- Probe billers are in nobody's figures: whatever the operator asks of these two, they are not there.
alter table shikiri_ops.tenant enable row level security;
drop policy if exists no_probes on shikiri_ops.tenant;
create policy no_probes on shikiri_ops.tenant for select to shikiri_operator using (not is_probe);
alter table shikiri_ops.export_ledger enable row level security;
drop policy if exists no_probes on shikiri_ops.export_ledger;
create policy no_probes on shikiri_ops.export_ledger for select to shikiri_operator
    using (exists (select from shikiri_ops.tenant t where t.tenant_id = export_ledger.tenant_id));
alter table shikiri_ops.incident enable row level security;
drop policy if exists no_probes on shikiri_ops.incident;
create policy no_probes on shikiri_ops.incident for select to shikiri_operator
    using (exists (select from shikiri_ops.tenant t where t.tenant_id = incident.tenant_id));
grant select on shikiri_ops.wall to shikiri_operator;
