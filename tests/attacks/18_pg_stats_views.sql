-- Views on statistics, and the catalogue under them.
-- vector: pg_stats, pg_stats_ext, pg_statistic, after ANALYZE
-- expect: no row, and 42501

-- as: a
-- rows: 0
select s.tablename, s.attname, s.most_common_vals::text, s.histogram_bounds::text from pg_stats s where s.schemaname = 'shikiri'

-- rows: 0
select s.statistics_name from pg_stats_ext s

-- refused: 42501
select s.stavalues1 from pg_statistic s limit 1
