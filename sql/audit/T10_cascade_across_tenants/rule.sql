-- A runtime role can delete or change a parent whose cascade reaches children of other tenants.
select
    t.name || ' ' || quote_ident(c.conname) as object,
    r.role_name,
    format(
        '%s may %s %s, and the foreign key %I then %s every tenant''s rows of %s: cascades are not asked for policies',
        min(r.role_quoted), string_agg(distinct r.privilege, ', '), p.name, c.conname,
        case when c.confdeltype = 'c' and bool_or(r.privilege = 'DELETE') then 'deletes' else 'changes' end, t.name) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\ndelete from %s where <a row that tenant B refers to>;\nrollback; -- in between, as tenant B: its rows are gone',
        min(r.role_quoted), p.name) as reproduce,
    format('revoke delete, update on %s from %s; -- or make the key composite, or on delete restrict', p.name, min(r.role_quoted))
        as fix
from (
    -- Few foreign keys act: they come first.
    select f.oid, f.conname, f.conrelid, f.confrelid, f.conkey, f.confkey, f.confdeltype, f.confupdtype
    from pg_catalog.pg_constraint f
    where f.contype = 'f' and f.conparentid = 0 and (f.confdeltype in ('c', 'n', 'd') or f.confupdtype in ('c', 'n', 'd'))
    offset 0
) c
join tenant_table t on t.oid = c.conrelid
join relation p on p.oid = c.confrelid
left join tenant_table pt on pt.oid = p.oid
cross join setting s
join reachable r on
    r.relation = p.oid
    and (
        (r.privilege = 'DELETE' and c.confdeltype in ('c', 'n', 'd'))
        or (r.privilege = 'UPDATE' and c.confupdtype in ('c', 'n', 'd')
            and (r.attnum is null or r.attnum = any (c.confkey)))
    )
where
    not exists (
        select
        from unnest(c.conkey, c.confkey) k (own, other)
        where k.own = t.tenant_attnum and k.other = pt.tenant_attnum
    )
    -- The child's tenant is this very parent: who may not delete the parent of another, reaches no child of another.
    and not (
        c.conkey = array[t.tenant_attnum]
        and (
            s.tenant_tables ->> t.plain_name = t.tenant_column
            or p.has_row_security
                and p.oid in (select j.oid from judged j)
                and not exists (
                    select from open_bind o
                    where o.relation = p.oid and o.role = r.role and o.verb = r.privilege and not o.asks_helper
                )
        )
    )
group by t.oid, t.name, c.oid, c.conname, c.confdeltype, p.name, r.role_name
