-- A SECURITY DEFINER function looks names up where a runtime role can put things of its own.
select
    f.word || ' ' || f.signature as object,
    r.role_name,
    format(
        'it runs as %s, and %s: %s decides what the names in it mean', f.owner_name, string_agg(distinct y.why, '; '), r.role_quoted)
        as what,
    format(
        E'select proconfig, prosecdef from pg_proc where oid = %L::regprocedure;\n'
        || '-- as %s: create a temporary table (or a function in that schema) with a name that it uses, then call it',
        f.oid::regprocedure, r.role_quoted) as reproduce,
    format('alter %s %s set search_path = pg_catalog, pg_temp; -- and write a schema before every other name in it',
        f.word, f.signature) as fix
from function f
join (
    select c.function, c.role, c.role_name, c.role_quoted from callable c where c.door_kind <> 'owner'
    union
    -- A trigger needs no EXECUTE of whoever fires it.
    select t.tgfoid, g.role, g.role_name, g.role_quoted
    from pg_catalog.pg_trigger t
    join reachable g on g.relation = t.tgrelid and g.privilege in ('INSERT', 'UPDATE', 'DELETE')
    where not t.tgisinternal
) r on r.function = f.oid
left join lateral (
    select substr(c.line, length('search_path=') + 1) as path
    from unnest(f.config) c (line)
    where c.line like 'search\_path=%'
) p on true
cross join lateral (
    select 'its search_path is the caller''s' as why where p.path is null
    union all
    select format('%s may create things in schema %s of its search_path', r.role_quoted, s.quoted)
    from regexp_split_to_table(p.path, '\s*,\s*') e (name)
    join schema s on s.name = btrim(e.name, '"')
    where
        exists (
            select
            from aclexplode(s.acl) a
            join grantee_reach g on g.grantee = a.grantee and g.role = r.role
            where a.privilege_type = 'CREATE'
        )
        or exists (select from role_reach o where o.role = r.role and o.reached = s.owner)
    union all
    select 'its search_path names the caller''s own schema ("$user")'
    where p.path ~ '\$user'
    union all
    -- What is not named comes first: a temporary table hides the real one.
    select
        case
            when p.path ~ 'pg_temp' then 'pg_temp stands before other schemas of its search_path'
            else 'its search_path does not end in pg_temp, so temporary tables are looked up first'
        end
    where
        p.path ~ '[[:alnum:]]'
        and p.path !~ ',\s*"?pg_temp"?$'
        and btrim(p.path, ' "') <> 'pg_catalog'
        and exists (
            select
            from pg_catalog.pg_database d
            cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
            join grantee_reach g on g.grantee = a.grantee and g.role = r.role
            where d.datname = current_database() and a.privilege_type = 'TEMPORARY'
        )
) y
where f.is_definer and not f.is_of_extension
group by f.oid, f.word, f.signature, f.owner_name, r.role_name, r.role_quoted
