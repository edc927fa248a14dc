-- SELECT on pg_statistic granted for a monitoring page.
-- why: Column statistics hold sample values (names, amounts) of every tenant.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select stavalues1::text || coalesce(stavalues2::text,'') from pg_statistic where starelid = 'app.slips'::regclass;
-- expect-part: Bando 1

grant select on pg_catalog.pg_statistic to fault_user;
analyze app.slips;
