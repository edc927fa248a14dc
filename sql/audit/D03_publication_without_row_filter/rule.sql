-- A publication holds a tenant table without a row filter that names tenants: logical replication knows no policies.
select
    'publication ' || quote_ident(p.pubname) as object,
    null::text as role_name,
    format(
        'the publication %I sends %s tenant tables, %s among them, %s: a subscriber gets every tenant',
        p.pubname, count(*), min(t.name),
        case
            when bool_and(p.rowfilter is not null) then 'by a row filter that does not keep to tenants'
            else 'without a row filter'
        end) as what,
    format(
        E'-- any login\nselect schemaname, tablename from pg_publication_tables where pubname = %L; -- and rowfilter',
        p.pubname) as reproduce,
    case
        when bool_or(u.puballtables) then format('drop publication %I; -- and publish the tables that may leave, by name', p.pubname)
        else format('alter publication %I drop table %s; -- and the others', p.pubname, min(t.name))
    end as fix
from pg_catalog.pg_publication_tables p
join pg_catalog.pg_publication u on u.pubname = p.pubname
join tenant_table t on t.plain_name = p.schemaname || '.' || p.tablename
-- What a filter says, without its texts.
cross join lateral (
    select regexp_replace(p.rowfilter, '''(?:[^'']|'''')*''', '{}', 'g') as words
) f
where
    p.rowfilter is null
    -- A filter keeps to tenants when its tenant column equals something that was written down, whatever else it says.
    or f.words ~ '\mOR\M|\mNOT\M|\mCASE\M'
    or f.words !~ (
        '(?<![[:alnum:]_.$"])\(?' || regexp_replace(t.tenant_column_quoted, '([][(){}.*+?^$|\\])', '\\\1', 'g')
        || '\)?(?:::[a-z "]+)? = (?:ANY \(+)?\(?(?:\{\}|-?[0-9])')
group by p.pubname
