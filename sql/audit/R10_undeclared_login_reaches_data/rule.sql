-- A login that is neither a runtime role nor a known login holds a privilege on tenant data.
select
    'role ' || l.quoted as object,
    l.name as role_name,
    format(
        '%s is declared nowhere and may %s on %s of the tenant tables, %s among them (%s)%s',
        l.quoted, x.privileges, x.tables, x.one, x.door,
        case when l.bypasses then ', and row security does not bind it' else '' end) as what,
    format(
        E'-- as postgres\nselect has_table_privilege(%L, %L, ''select, insert, update, delete''),\n    has_any_column_privilege(%1$L, %2$L, ''select''); -- t in one of them, or after set role',
        l.name, x.one) as reproduce,
    format(
        E'-- name it in known_logins or runtime_roles, or:\nalter role %s nologin; -- or revoke: %s', l.quoted, x.door) as fix
from (
    select
        r.role, string_agg(distinct r.privilege, ', ') as privileges,
        count(distinct r.relation) as tables, min(t.name) as one, min(r.door) as door
    from login_reachable r
    join tenant_table t on t.oid = r.relation
    where
        r.role in (
            select l.oid
            from role l
            cross join setting s
            where l.can_log_in and not l.is_builtin and l.name <> all (s.known_logins)
        )
        and r.role not in (select rr.oid from runtime_role rr)
    group by r.role
) x
join role l on l.oid = x.role
where has_database_privilege(l.oid, current_database(), 'connect')
