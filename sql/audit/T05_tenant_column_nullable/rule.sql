-- A tenant table whose rows may belong to nobody.
select
    t.name as object,
    null::text as role_name,
    format(
        '%s.%s may be null: such a row is nobody''s, and a policy that treats null specially shows it to everybody',
        t.name, t.tenant_column_quoted) as what,
    format(
        E'-- as postgres\nselect attnotnull from pg_attribute where attrelid = %L::regclass and attname = %L; -- f',
        t.name, t.tenant_column) as reproduce,
    format('alter table %s alter column %s set not null;', t.name, t.tenant_column_quoted) as fix
from tenant_table t
where
    not t.tenant_is_not_null
    and exists (
        select from reachable r where r.relation = t.oid and r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    )
