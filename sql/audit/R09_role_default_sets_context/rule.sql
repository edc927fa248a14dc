-- A default of a role or of the database gives new sessions a tenant, another role, or no row security.
select
    case
        when s.role is null then 'database ' || quote_ident(current_database())
        else 'role ' || s.role
    end || ' set ' || s.name as object,
    s.role_name,
    format(
        '%s starts with %s set by a default%s',
        case when s.role is null then 'every new session' else 'every new session of ' || s.role end, s.name,
        case s.why
            when 'context' then ': a session whose tenant was lost falls back to somebody instead of to nobody'
            when 'path' then
                ' to a path with a schema in which it may create: names can be replaced'
            else ': row security, or whose rights count, is no longer what the policies expect'
        end) as what,
    format(
        E'-- %s\nshow %s; -- is set before anybody set it', case when s.role is null then 'any login' else 'as ' || s.role end,
        s.name) as reproduce,
    case
        when s.role is null then format('alter database %I reset %s;', current_database(), s.name)
        when s.in_database then format('alter role %s in database %I reset %s;', s.role, current_database(), s.name)
        else format('alter role %s reset %s;', s.role, s.name)
    end as fix
from (
    select
        r.quoted as role, r.name as role_name, d.setdatabase <> 0 as in_database,
        split_part(c.entry, '=', 1) as name,
        case
            when split_part(c.entry, '=', 1) in (select x.name from context_setting x) then 'context'
            when split_part(c.entry, '=', 1) = 'search_path' then 'path'
            else 'rights'
        end as why,
        substr(c.entry, strpos(c.entry, '=') + 1) as value,
        d.setrole
    from pg_catalog.pg_db_role_setting d
    left join runtime_role r on r.oid = d.setrole
    cross join lateral unnest(d.setconfig) c (entry)
    where
        d.setdatabase in (0, (select b.oid from pg_catalog.pg_database b where b.datname = current_database()))
        and (d.setrole = 0 or r.oid is not null)
) s
where
    s.why = 'context'
    or (s.name = 'row_security' and s.value in ('off', 'false', 'no', '0'))
    or s.name in ('role', 'session_authorization')
    or (s.name = 'session_replication_role' and s.value <> 'origin')
    or (s.name = 'search_path' and exists (
        select
        from regexp_split_to_table(s.value, '\s*,\s*') p (part)
        join schema n on n.name = btrim(p.part, '"')
        cross join lateral aclexplode(n.acl) a
        join grantee_reach g on g.grantee = a.grantee
        where
            a.privilege_type = 'CREATE'
            and g.role in (select rr.oid from runtime_role rr)
            and (s.setrole = 0 or g.role = s.setrole)
    ))
