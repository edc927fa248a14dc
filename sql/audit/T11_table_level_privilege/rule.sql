-- A runtime role was granted a privilege on a protected table that row security does not limit.
select
    t.name as object,
    r.role_name,
    format(
        '%s holds %s on %s (%s): row security does not apply to %s', min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), t.name, min(r.door),
        case when count(distinct r.privilege) = 1 then 'it' else 'them' end) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\n%s\nrollback;', min(r.role_quoted),
        case min(r.privilege)
            when 'MAINTAIN' then format('lock table %s in access exclusive mode; -- succeeds: nobody else can read it', t.name)
            when 'REFERENCES' then format('-- a foreign key to %s in a table of your own tells which keys of tenant B exist', t.name)
            when 'TRIGGER' then format('create trigger audit_probe before insert on %s execute function <yours>; -- sees tenant B''s writes', t.name)
            else format('truncate %s cascade; -- empties every tenant', t.name)
        end) as reproduce,
    format('revoke %s on %s from %s; -- %s', string_agg(distinct r.privilege, ', '), t.name, min(r.role_quoted), min(r.door))
        as fix
from relation t
join reachable r on
    r.relation = t.oid
    and r.privilege in ('TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN')
    and r.door_kind in ('grant', 'column grant', 'predefined role')
where
    t.kind in ('r', 'p')
    and (t.has_row_security or t.oid in (select tt.oid from tenant_table tt))
group by t.oid, t.name, r.role_name
