-- A permissive policy is for PUBLIC: a login that nobody thought of is let in as soon as it is granted anything.
select
    w.object,
    null::text as role_name,
    format(
        'it says no TO, so it is for every role there is; %s of them can reach the table now',
        (
            select count(distinct l.role)
            from login_reachable l
            where l.relation = p.relation and l.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        )) as what,
    w.show as reproduce,
    format(
        '%s to %s;', w.alter_words,
        coalesce(
            (select string_agg(distinct r.role_quoted, ', ') from reachable r where r.relation = p.relation),
            '<the runtime role>')) as fix
from policy p
join judged j on j.oid = p.relation and j.has_row_security
join policy_words w on w.policy = p.oid
where
    p.is_permissive
    and p.is_to_public
    and exists (select from login_reachable l where l.relation = p.relation)
    -- A sound floor for PUBLIC holds such a policy down.
    and not exists (
        select
        from policy q
        join clause_fact f on f.policy = q.oid and f.is_covered
        where
            q.relation = p.relation and not q.is_permissive and q.is_to_public
            and q.command in ('*', p.command)
            and not exists (select from clause_fact g where g.policy = q.oid and not g.is_covered)
    )
