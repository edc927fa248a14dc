-- A publication filters by a key that names no tenant.
-- over: 1_base

create publication p for table app.slips where (slip_no <> 'x');
