-- A publication sends all tenants but one.
-- over: 1_base

create publication p for table app.slips where (tenant_id <> 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb');
