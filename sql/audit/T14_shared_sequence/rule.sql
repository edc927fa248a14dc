-- A runtime role can use a sequence that counts for all tenants.
select
    s.name as object,
    r.role_name,
    format(
        '%s has %s on the sequence %s: its values tell how much all tenants together do%s', min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), s.name,
        case when bool_or(r.privilege = 'UPDATE') then ', and setval() makes everybody collide' else '' end) as what,
    format(
        E'-- as %s\nselect %s;', min(r.role_quoted),
        case
            when bool_or(r.privilege = 'SELECT') then format('last_value from %s', s.name)
            else format('nextval(%L)', s.name)
        end) as reproduce,
    format(
        E'revoke all on sequence %s from %s; -- number inside each tenant, or use generated always as identity', s.name,
        min(r.role_quoted)) as fix
from relation s
join reachable r on r.relation = s.oid and r.door_kind in ('grant', 'predefined role')
where s.kind = 'S' and s.schema in (select t.schema from tenant_table t)
group by s.oid, s.name, r.role_name
