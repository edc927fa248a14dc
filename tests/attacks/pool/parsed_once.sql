-- A text that Postgres reads by the settings of the moment: 0 2 f by ours, 1 3 t by those of `plant_parsing.sql`.
select concat_ws(
    ' ',
    (select count(*) from (values (1), (null)) v(x) where x = null),
    extract(month from date '02/03/2026'),
    '{NULL}'::text[] = array['NULL']) as told
