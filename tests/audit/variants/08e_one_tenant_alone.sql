-- A publication that sends one tenant alone (correct).
-- over: 1_base

create publication p for table app.slips where (tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');
