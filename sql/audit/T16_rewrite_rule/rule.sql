-- A rule touches tenant tables with the rights of an owner that no policy binds, or copies rows to where they are readable.
select
    r.name || ' ' || quote_ident(w.rulename) as object,
    a.role_name,
    format(
        '%s may write %s, and its rule %I then touches %s as %s, whom no policy of that table binds', min(a.role_quoted), r.name,
        w.rulename, string_agg(distinct t.name, ', '), r.owner_name) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\ninsert into %s values (...); -- with a key of tenant B\nrollback; -- in between, tenant B''s rows in %s changed',
        min(a.role_quoted), r.name, min(t.name)) as reproduce,
    format('drop rule %I on %s; -- let a function that checks the tenant do it', w.rulename, r.name) as fix
from pg_catalog.pg_rewrite w
join relation r on r.oid = w.ev_class
join pg_catalog.pg_depend d on
    d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
join tenant_table t on t.oid = d.refobjid and t.oid <> r.oid
join reachable a on a.relation = r.oid and a.privilege in ('INSERT', 'UPDATE', 'DELETE')
where
    w.ev_type <> '1'
    and (r.owner_bypasses or (t.owner = r.owner and not t.is_forced) or not t.has_row_security)
group by r.oid, r.name, r.owner_name, w.oid, w.rulename, a.role_name
union all
-- Whoever writes: what is written is written twice, and the second time where no policy stands. The rule may stand on the
-- tenant table, on a view of it, or on what a trigger or another rule fills and the role cannot read itself.
select
    r.name || ' ' || quote_ident(w.rulename),
    c.role_name,
    format(
        'the rule %I of %s writes %s as well: that table has no row security, and %s may read it', w.rulename, r.name,
        string_agg(distinct c.name, ', '), min(c.role_quoted)),
    format(E'-- as %s, as tenant A\nselect count(*) from %s; -- rows of every tenant', min(c.role_quoted), min(c.name)),
    format('drop rule %I on %s; -- and see who has read %s', w.rulename, r.name, min(c.name))
from pg_catalog.pg_rewrite w
join relation r on r.oid = w.ev_class
join (
    select distinct d.objid, d.refobjid
    from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
) d on d.objid = w.oid and d.refobjid <> r.oid
join (
    select distinct t.oid, t.name, a.role, a.role_name, a.role_quoted
    from relation t
    join reachable a on a.relation = t.oid and a.privilege = 'SELECT'
    cross join setting s
    where t.kind in ('r', 'p') and not t.has_row_security and t.plain_name <> all (s.shared_tables)
) c on c.oid = d.refobjid
where
    w.ev_type <> '1'
    and (
        r.oid in (select t.oid from tenant_table t)
        or r.oid in (select v.view from view_reads v)
        or not exists (select from reachable a where a.relation = r.oid and a.role = c.role and a.privilege = 'SELECT')
    )
group by r.oid, r.name, w.oid, w.rulename, c.role_name
