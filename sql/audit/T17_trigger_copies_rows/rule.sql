-- A trigger of a tenant table writes into a table that a runtime role reads and no policy protects.
select
    t.name || ' ' || quote_ident(g.tgname) as object,
    c.role_name,
    format(
        'the trigger %I of %s runs %s, which names %s: that table has no row security, and %s may read it', g.tgname, t.name,
        f.signature, c.name, c.role_quoted) as what,
    format(E'-- as %s, as tenant A\nselect count(*) from %s; -- rows of every tenant', c.role_quoted, c.name) as reproduce,
    format(
        E'revoke select on %1$s from %2$s; -- or give %1$s the tenant column, row security and a policy', c.name, c.role_quoted)
        as fix
from pg_catalog.pg_trigger g
join tenant_table t on t.oid = g.tgrelid
join function f on f.oid = g.tgfoid
join (
    select distinct r.oid, r.name, r.plain_name, a.role_name, a.role_quoted
    from relation r
    join reachable a on a.relation = r.oid and a.privilege = 'SELECT'
    cross join setting s
    where r.kind in ('r', 'p') and not r.has_row_security and r.plain_name <> all (s.shared_tables)
) c on
    c.oid <> t.oid
    and f.body ~* ('\m' || regexp_replace(split_part(c.plain_name, '.', 2), '([^[:alnum:]_])', '\\\1', 'g') || '\M')
where not g.tgisinternal and f.body ~* '\m(insert|update|merge|copy)\M'
