-- A rule on a relation that a runtime role writes touches tenant tables with the rights of an owner that no policy binds.
select
    r.name || ' ' || quote_ident(w.rulename) as object,
    a.role_name,
    format(
        '%s may write %s, and its rule %I then touches %s as %s, whom no policy of that table binds', min(a.role_quoted), r.name,
        w.rulename, string_agg(distinct t.name, ', '), r.owner_name) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\ninsert into %s values (…); -- with a key of tenant B\nrollback; -- in between, tenant B''s rows in %s changed',
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
