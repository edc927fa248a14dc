-- A table that a runtime role reaches, and nothing says whose its rows are.
select
    t.name as object,
    r.role_name,
    format(
        '%s has no tenant column, is declared nowhere, and %s may %s (%s): not judged%s', t.name, min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), min(r.door),
        case when t.has_row_security then '' else ', and it has no row security' end) as what,
    format(E'-- as %s, as tenant A\nselect count(*) from %s; -- whose?', min(r.role_quoted), t.name) as reproduce,
    concat(
        format('-- in shikiri-audit.toml: "%s" in shared_tables, or [tenant.tables] "%1$s" = "<its column>"', t.plain_name),
        (
            select format(
                E'\n-- %I leads to its tenant: "%s" = { column = "%s", parent = "%s" }', c.conname, t.plain_name, a.attname,
                p.plain_name)
            from pg_catalog.pg_constraint c
            join tenant_table p on p.oid = c.confrelid
            join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
            where c.conrelid = t.oid and c.contype = 'f' and cardinality(c.conkey) = 1
            order by c.conname
            limit 1
        )) as fix
from relation t
cross join setting s
join reachable r on r.relation = t.oid and r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
where
    t.kind in ('r', 'p')
    and not t.is_of_extension
    and t.plain_name <> all (s.shared_tables)
    and t.oid not in (select k.oid from tenant_table k)
    -- Its policies ask whose transaction this is: the rules of policies judge it.
    and not (t.has_row_security and t.oid in (select j.oid from judged j))
group by t.oid, t.name, t.plain_name, t.has_row_security, r.role_name
