-- The driver's own prepared statement is taken away, and nothing is put in its place.
do $$
declare
    victim text;
begin
    for victim in
        select p.name from pg_catalog.pg_prepared_statements p where p.statement like '%An honest request%'
    loop
        execute format('deallocate %I', victim);
    end loop;
end
$$
