-- An owner of tenant tables that is no runtime role can log in.
select
    'role ' || o.quoted as object,
    o.name as role_name,
    format(
        '%s owns %s of the tenant tables, %s among them, and can log in: whoever has its password can switch row security off',
        o.quoted, t.tables, t.one) as what,
    format(E'-- as postgres\nselect rolcanlogin from pg_roles where rolname = %L; -- t', o.name) as reproduce,
    case
        when o.is_superuser then format('alter table %s owner to <a role that cannot log in>; -- and the others', t.one)
        else format('alter role %s nologin; -- migrations log in as another role and say set role', o.quoted)
    end as fix
from (
    select tt.owner, count(*) as tables, min(tt.name) as one
    from tenant_table tt
    group by tt.owner
) t
join role o on o.oid = t.owner
where o.can_log_in and o.oid not in (select r.oid from runtime_role r)
