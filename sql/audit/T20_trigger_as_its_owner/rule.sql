-- A SECURITY DEFINER trigger whose owner no policy binds names tenant tables, and never the tenant of the row.
select
    r.name || ' ' || quote_ident(g.tgname) as object,
    a.role_name,
    format(
        'the trigger %I of %s runs %s as %s, whom no policy of %s binds; nothing in it compares whose the row is', g.tgname,
        r.name, f.signature, f.owner_name, string_agg(distinct t.name, ', ')) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\ninsert into %s values (...); -- of its own, with a key of tenant B in it\nrollback; -- in between, tenant B''s rows in %s changed',
        min(a.role_quoted), r.name, min(t.name)) as reproduce,
    format('alter function %s security invoker; -- or compare %s with the row''s own in each statement', f.signature,
        min(t.tenant_column_quoted)) as fix
from pg_catalog.pg_trigger g
join relation r on r.oid = g.tgrelid
join function f on f.oid = g.tgfoid and f.is_definer and not f.is_of_extension
join reachable a on
    a.relation = r.oid
    and (
        a.privilege = 'INSERT' and g.tgtype::integer & 4 > 0
        or a.privilege = 'DELETE' and g.tgtype::integer & 8 > 0
        or a.privilege = 'UPDATE' and g.tgtype::integer & 16 > 0
    )
join function_reach k on k.root = f.oid
join function_source s on s.oid = k.function
join tenant_table t on
    (f.owner_bypasses or t.owner = f.owner and not t.is_forced or not t.has_row_security)
    and s.body ~* (
        '\m(update|into|from|truncate|table)\s+(only\s+)?("?[[:alnum:]_$]+"?\s*\.\s*)?"?'
        || regexp_replace(split_part(t.plain_name, '.', 2), '([^[:alnum:]_])', '\\\1', 'g') || '\M')
where
    not g.tgisinternal
    and s.body ~* '\m(insert|update|delete|merge|truncate)\M'
    -- It compares, or writes, the tenant of the row that it was called for; or asks whose transaction this is.
    and s.body !~* (
        '\m(new|old)\s*\.\s*"?' || regexp_replace(t.tenant_column, '([^[:alnum:]_])', '\\\1', 'g') || '"?')
    and not exists (
        select from function_reach q join helper h on h.function = q.function where q.root = f.oid
    )
group by r.oid, r.name, g.oid, g.tgname, f.signature, f.owner_name, a.role_name
