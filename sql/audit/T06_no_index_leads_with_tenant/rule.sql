-- A tenant table behind a policy whose condition no index can answer.
select
    t.name as object,
    null::text as role_name,
    format(
        'no index of %s begins with %s: every statement of every tenant reads all rows of all tenants', t.name,
        t.tenant_column_quoted) as what,
    format(
        E'-- as the application, with a tenant\nset enable_seqscan = off;\nexplain (costs off) select * from %s; -- Seq Scan',
        t.name) as reproduce,
    format('create index on %s (%s);', t.name, t.tenant_column_quoted) as fix
from tenant_table t
where
    t.has_row_security
    and exists (select from reachable r where r.relation = t.oid and r.privilege in ('SELECT', 'UPDATE', 'DELETE'))
    and not exists (
        select
        from pg_catalog.pg_index i
        where i.indrelid = t.oid and i.indkey[0] = t.tenant_attnum and i.indpred is null and i.indisvalid
    )
