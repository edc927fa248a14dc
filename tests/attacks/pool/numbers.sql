-- As many rows as are asked for.
select generate_series(1, $1::integer)::text as n
