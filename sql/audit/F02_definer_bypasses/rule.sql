-- A SECURITY DEFINER function that a runtime role may call runs as a role that row security does not bind.
select
    f.word || ' ' || f.signature as object,
    c.role_name,
    format(
        'it runs as %s, and %s: what it reads and writes for %s, it reads and writes for every tenant',
        f.owner_name,
        case
            when f.owner_bypasses then 'row security does not bind that role'
            else format('%s belongs to that role and is not forced', u.name)
        end,
        c.role_quoted) as what,
    format(E'-- as %s (%s)\nselect %s; -- see what it answers for another tenant''s keys', c.role_quoted, c.door, f.signature)
        as reproduce,
    format('alter %s %s owner to <a role that policies bind>; -- or security invoker', f.word, f.signature) as fix
from function f
join callable c on c.function = f.oid and c.door_kind <> 'owner'
left join lateral (
    select min(t.name) as name
    from tenant_table t
    where t.owner = f.owner and t.has_row_security and not t.is_forced
) u on true
where
    f.is_definer
    and not f.is_of_extension
    and f.return_type not in ('trigger'::regtype, 'event_trigger'::regtype)
    and (f.owner_bypasses or u.name is not null)
