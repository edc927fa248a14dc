-- The context function is open to PUBLIC: with it goes the last thing that a login nobody thought of would need.
select
    'function ' || f.signature as object,
    null::text as role_name,
    'every role may execute it; it should be granted to the roles that policies are for, and to nobody else' as what,
    format('select proacl from pg_proc where oid = %L::regprocedure;', f.oid::regprocedure) as reproduce,
    format(
        E'revoke all on function %1$s from public;\ngrant execute on function %1$s to %2$s;', f.signature,
        coalesce((select string_agg(r.quoted, ', ') from runtime_role r where not r.is_superuser), '<the runtime roles>')) as fix
from context_function f
where exists (
    select from aclexplode(coalesce(f.acl, acldefault('f', f.owner))) a
    where a.grantee = 0 and a.privilege_type = 'EXECUTE'
)
