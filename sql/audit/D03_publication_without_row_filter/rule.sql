-- A publication holds a tenant table without a row filter: logical replication knows no policies.
select
    'publication ' || quote_ident(p.pubname) as object,
    null::text as role_name,
    format(
        'the publication %I sends %s tenant tables, %s among them, without a row filter: a subscriber gets every tenant',
        p.pubname, count(*), min(t.name)) as what,
    format(
        E'-- any login\nselect schemaname, tablename from pg_publication_tables where pubname = %L and rowfilter is null;',
        p.pubname) as reproduce,
    case
        when bool_or(u.puballtables) then format('drop publication %I; -- and publish the tables that may leave, by name', p.pubname)
        else format('alter publication %I drop table %s; -- and the others', p.pubname, min(t.name))
    end as fix
from pg_catalog.pg_publication_tables p
join pg_catalog.pg_publication u on u.pubname = p.pubname
join tenant_table t on t.plain_name = p.schemaname || '.' || p.tablename
where p.rowfilter is null
group by p.pubname
