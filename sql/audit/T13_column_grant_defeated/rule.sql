-- A runtime role has a column list and, by another door, the whole table: the list limits nothing.
select
    t.name as object,
    c.role_name,
    format(
        '%s has %s on %s of %s columns of %s, and on the whole table too (%s): the column list limits nothing',
        c.role_quoted, c.privilege, c.columns, x.columns, t.name, w.door) as what,
    format(
        E'-- as %s\nselect has_table_privilege(current_user, %L, %L); -- t', c.role_quoted, t.name, c.privilege) as reproduce,
    format('revoke %s on %s from <who is named in: %s>; -- then grant the columns again', c.privilege, t.name, w.door) as fix
from relation t
join (
    select r.relation, r.role, r.role_name, r.role_quoted, r.privilege, count(distinct r.attnum) as columns
    from reachable r
    where r.door_kind = 'column grant'
    group by r.relation, r.role, r.role_name, r.role_quoted, r.privilege
) c on c.relation = t.oid
join (
    select r.relation, r.role, r.privilege, min(r.door) as door
    from reachable r
    where r.attnum is null and r.door_kind in ('grant', 'predefined role')
    group by r.relation, r.role, r.privilege
) w on w.relation = t.oid and w.role = c.role and w.privilege = c.privilege
cross join lateral (
    select count(*) as columns
    from pg_catalog.pg_attribute a
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
) x
where c.columns < x.columns
