-- A publication has a row filter that says nothing of tenants.
-- why: logical replication knows no policies, and the filter lets every tenant through
-- kind: leak
-- proof-role: postgres
-- proof: select rowfilter from pg_publication_tables where pubname = 'slips_pub'
-- expect: (amount > (0)::numeric)

create publication slips_pub for table app.slips where (amount > 0);
