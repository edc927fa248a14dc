-- Permissive policies are ORed: beside the one that keeps to the tenant stands one that does not.
select
    r.name as object,
    b.role_name,
    format(
        'permissive policies are ORed: when %s says %s, %s lets rows pass that %s would not',
        b.role_quoted, string_agg(distinct b.verb, ', '), string_agg(distinct q.quoted, ', '),
        string_agg(distinct p.quoted, ', ')) as what,
    format(
        'select polname, polcmd, polroles::regrole[] from pg_policy where polpermissive and polrelid = %L::regclass;', r.name)
        as reproduce,
    string_agg(
        distinct format('drop policy %s on %s; -- or create it again AS RESTRICTIVE', q.quoted, r.name), E'\n') as fix
from open_bind b
join open_bind x
    on x.role = b.role and x.relation = b.relation and x.verb = b.verb and x.side = b.side and not x.is_covered
join policy p on p.oid = b.policy
join policy q on q.oid = x.policy
join relation r on r.oid = b.relation
where b.is_covered and p.oid <> q.oid
group by r.name, b.role_name, b.role_quoted
