-- Publication FOR ALL TABLES without row filters.
-- why: Logical replication does not apply RLS: a subscriber receives every tenant.
-- kind: leak
-- proof-role: postgres
-- proof: select count(*) from pg_publication_tables where pubname = 'everything' and tablename = 'slips' and rowfilter is null;
-- expect: 1

create publication everything for all tables;
