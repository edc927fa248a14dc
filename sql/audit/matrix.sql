-- The access matrix: what each runtime role sees of each relation with each command, and by which door.
select
    r.name::text as role_name,
    c.name::text as relation,
    case c.kind
        when 'v' then 'view'
        when 'm' then 'materialised view'
        when 'f' then 'foreign table'
        else 'table'
    end as kind,
    k.command as command,
    case
        when d.door is null then 'none'
        when r.bypasses or d.by_superuser then 'every tenant'
        when c.kind = 'v' and coalesce(array_to_string(c.options, ','), '') ~ 'security_invoker=(true|on|1|yes)'
            then 'as its tables'
        when c.kind = 'v' then 'as its owner'
        when
            c.kind in ('r', 'p') and not c.has_row_security and c.plain_name <> all (s.shared_tables)
            and c.oid not in (select t.oid from tenant_table t) then 'not judged'
        when c.kind in ('r', 'p') and c.plain_name = any (s.shared_tables) then 'shared'
        when c.kind in ('m', 'f') or not c.has_row_security then 'every tenant'
        when d.by_owner and not c.is_forced then 'every tenant'
        when k.command = 'TRUNCATE' then 'every tenant'
        when p.names is null then 'nothing'
        else 'by policy'
    end as sees,
    case
        when d.door is null then ''
        else d.door || coalesce('; policy: ' || p.names, '')
    end as door
from runtime_role r
cross join relation c
cross join setting s
cross join (
    values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd'), ('TRUNCATE', '')
) k (command, policy_command)
left join lateral (
    select
        string_agg(distinct l.door || case when l.needs_set then ' (after set role)' else '' end, ', ') as door,
        bool_or(l.door_kind = 'superuser') as by_superuser,
        bool_or(l.door_kind = 'owner') as by_owner
    from login_reachable l
    where l.role = r.oid and l.relation = c.oid and l.privilege = k.command
) d on true
left join lateral (
    select string_agg(o.quoted, ', ' order by o.quoted) as names
    from policy o
    join policy_binds b on b.policy = o.oid and b.role = r.oid
    where o.relation = c.oid and o.is_permissive and o.command in ('*', k.policy_command)
) p on true
where
    c.kind in ('r', 'p', 'v', 'm', 'f')
    -- A line without a door is worth a line only where tenants are.
    and (d.door is not null or c.oid in (select t.oid from tenant_table t))
order by 1, 2, array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'], k.command)
