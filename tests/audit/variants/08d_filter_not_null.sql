-- A publication filters by a tenant that is not null, and sends some columns.
-- over: 1_base

create publication p for table app.slips (tenant_id, slip_no) where (tenant_id is not null);
