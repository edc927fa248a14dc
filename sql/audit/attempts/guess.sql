-- What a first configuration can know: tenant columns, settings, logins that reach tenant tables, tables of everybody.
with c as (
    select
        a.attname::text as name,
        count(*) as tables
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class r on r.oid = a.attrelid and r.relkind in ('r', 'p')
    join pg_catalog.pg_namespace n on n.oid = r.relnamespace
    where n.nspname !~ '^(pg_|information_schema)' and a.attnum > 0 and not a.attisdropped
        and a.attname ~ '^(tenant|org|organi[sz]ation|company|account|customer|workspace|biller)_?(id|key|uuid)$'
    group by 1
),
t as (
    select r.oid, r.relacl
    from pg_catalog.pg_class r
    where r.relkind in ('r', 'p') and exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = r.oid and not a.attisdropped
            and a.attname = (select c.name from c order by c.tables desc, c.name limit 1))
)
select 'column'::text as kind, c.name as value, (10000 - c.tables)::text as place from c
union all
select 'setting', m.it[1], (10000 - count(*))::text
from (
    select coalesce(pg_get_expr(p.polqual, p.polrelid), '') from pg_catalog.pg_policy p
    union all
    select p.prosrc from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^(pg_|information_schema)'
) x (text)
cross join lateral regexp_matches(x.text, 'current_setting\(''([a-z_][a-z0-9_]*\.[a-z_][a-z0-9_.]*)''', 'gi') m (it)
group by m.it[1]
union all
select 'role', r.rolname::text, r.rolname::text
from pg_catalog.pg_roles r
where r.rolcanlogin and not r.rolsuper and exists (select from t where has_any_column_privilege(r.oid, t.oid, 'select'))
union all
select 'login', r.rolname::text, r.rolname::text
from pg_catalog.pg_roles r
where r.rolcanlogin and r.oid >= 16384
    and (r.rolsuper or not exists (select from t where has_any_column_privilege(r.oid, t.oid, 'select')))
union all
select 'shared', quote_ident(n.nspname) || '.' || quote_ident(r.relname), r.relname::text
from pg_catalog.pg_class r
join pg_catalog.pg_namespace n on n.oid = r.relnamespace
where r.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)' and not r.relrowsecurity
    and r.oid not in (select t.oid from t)
    and exists (select from pg_catalog.pg_roles l where l.rolcanlogin and not l.rolsuper
        and has_table_privilege(l.oid, r.oid, 'select') and has_schema_privilege(l.oid, n.oid, 'usage'))
    and $1::jsonb is not null
order by 1, 3, 2
