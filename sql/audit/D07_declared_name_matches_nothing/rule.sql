-- A name in the settings that nothing in this database has, and the nearest that there is.
select
    format('%s %s', d.key, d.name) as object,
    null::text as role_name,
    format('%s names %s, and nothing here is called so%s', d.key, d.name, coalesce('; the nearest is ' || n.name, '')) as what,
    format('-- settings: %s', d.key) as reproduce,
    format('-- %s: %s instead of %s', d.key, coalesce(n.name, '<a name that is there>'), d.name) as fix
from (
    select 'runtime_roles' as key, x.name, 'role' as kind from setting s cross join lateral unnest(s.runtime_roles) x (name)
    union all
    select 'known_logins', x.name, 'role' from setting s cross join lateral unnest(s.known_logins) x (name)
    union all
    select 'tenant_columns', x.name, 'column' from setting s cross join lateral unnest(s.tenant_columns) x (name)
    union all
    select 'tenant_tables', x.key, 'relation' from setting s cross join lateral jsonb_each_text(s.tenant_tables) x
    union all
    select 'tenant_tables', x.key || '.' || x.value, 'column of a relation'
    from setting s
    cross join lateral jsonb_each_text(s.tenant_tables) x
    where x.key in (select r.plain_name from relation r)
    union all
    select 'shared_tables', x.name, 'relation' from setting s cross join lateral unnest(s.shared_tables) x (name)
    union all
    select 'ignored_schemas', x.name, 'schema' from setting s cross join lateral unnest(s.ignored_schemas) x (name)
    union all
    select 'context_functions', regexp_replace(x.name, '\(\)$', ''), 'function'
    from setting s cross join lateral unnest(s.context_functions) x (name)
) d
cross join given g
cross join lateral (
    select jsonb_array_length(coalesce(g.it -> 'tenant_columns', '[]')) > 0 as columns_are_given
) q
left join lateral (
    select k.name
    from (
        select r.name from role r where d.kind = 'role' and not (r.is_builtin and r.name ~ '^pg_')
        union all
        select r.plain_name from relation r where d.kind = 'relation'
        union all
        select s.nspname::text from pg_catalog.pg_namespace s where d.kind = 'schema' and s.nspname !~ '^pg_'
        union all
        select distinct f.plain_name from function f where d.kind = 'function'
        union all
        select distinct a.attname::text
        from pg_catalog.pg_attribute a
        join relation r on r.oid = a.attrelid
        where d.kind = 'column' and a.attnum > 0 and not a.attisdropped
        union all
        select r.plain_name || '.' || a.attname
        from pg_catalog.pg_attribute a
        join relation r on r.oid = a.attrelid
        where d.kind = 'column of a relation' and starts_with(d.name, r.plain_name || '.') and a.attnum > 0 and not a.attisdropped
    ) k (name)
    cross join lateral (
        -- Pairs of letters that both have: good enough to see what was meant.
        select count(*) as shared
        from generate_series(1, length(d.name) - 1) i
        where strpos(lower(k.name), lower(substr(d.name, i, 2))) > 0
    ) c
    order by k.name = d.name desc, 2 * c.shared::float8 / nullif(length(k.name) + length(d.name) - 2, 0) desc nulls last, k.name
    limit 1
) n on true
where
    n.name is distinct from d.name
    and (d.kind <> 'column' or q.columns_are_given)
