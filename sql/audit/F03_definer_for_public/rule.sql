-- A SECURITY DEFINER function is open to PUBLIC, which is what Postgres does when nobody says otherwise.
select
    f.word || ' ' || f.signature as object,
    null::text as role_name,
    format(
        'every login that may name things in its schema may run it as %s%s', f.owner_name,
        case when f.acl is null then ': EXECUTE was never revoked' else '' end) as what,
    format(E'select proacl from pg_proc where oid = %L::regprocedure; -- %s', f.oid::regprocedure,
        case when f.acl is null then 'null: everybody' else '=X/owner: everybody' end) as reproduce,
    format(
        E'revoke all on %1$s %2$s from public;\ngrant execute on %1$s %2$s to <those who need it>;', f.word, f.signature) as fix
from function f
where
    f.is_definer
    and not f.is_of_extension
    and f.return_type not in ('trigger'::regtype, 'event_trigger'::regtype)
    and exists (
        select from aclexplode(coalesce(f.acl, acldefault('f', f.owner))) a
        where a.grantee = 0 and a.privilege_type = 'EXECUTE'
    )
    and exists (
        select from schema_reach s join runtime_role r on r.oid = s.role where s.schema = f.schema
    )
