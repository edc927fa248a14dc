-- A policy decides by a table that the role it binds can write: whoever can add a line there lets himself in.
select
    w.object,
    o.role_name,
    format(
        '%s decides by %s, where %s may %s: a row that it writes itself lets it in',
        string_agg(distinct upper(o.word), ' and '), string_agg(distinct t.name, ', '), o.role_quoted,
        string_agg(distinct g.privilege, ', ')) as what,
    format(E'-- as %s\nbegin;\ninsert into %s values (<another tenant>, <yourself>);\nselect count(*) from %s;\nrollback;',
        o.role_quoted, min(t.name), w.relation_name) as reproduce,
    string_agg(distinct format('revoke insert, update, delete on %s from %s;', t.name, o.role_quoted), E'\n') as fix
from open_clause o
join policy_words w on w.policy = o.policy
join clause_fact f on f.policy = o.policy and f.word = o.word
join (
    select p.policy, p.relation, false as is_by_helper from policy_relation p
    union
    -- What functions of the policy read, by the names after FROM and JOIN.
    select c.policy, n.oid, c.function in (select h.function from helper h)
    from clause_function c
    join function_reach r on r.root = c.function
    join function_source s on s.oid = r.function
    cross join lateral regexp_matches(
        s.body, '\m(?:from|join)\s+(?:only\s+)?(?:"?([[:alnum:]_$]+)"?\s*\.\s*)?"?([[:alnum:]_$]+)"?', 'gi') m (parts)
    join relation n
        on lower(n.plain_name) = lower(coalesce(m.parts[1], split_part(n.plain_name, '.', 1)) || '.' || m.parts[2])
) d on d.policy = o.policy
join relation t on t.oid = d.relation and t.oid <> o.relation and t.kind in ('r', 'p', 'f')
join reachable g on g.relation = t.oid and g.role = o.role and g.privilege in ('INSERT', 'UPDATE', 'DELETE')
where
    -- Where the tenant column is compared with the context besides, a line in that table lets nobody else's rows in.
    (d.is_by_helper or not f.is_direct)
    and (
        -- A table whose own policies bind every write to the tenant cannot be made to speak for another.
        not t.has_row_security
        or exists (
            select
            from open_bind x
            where x.relation = t.oid and x.role = o.role and x.verb = g.privilege and not x.is_covered
        )
        or t.oid not in (select j.oid from judged j)
    )
group by w.object, w.relation_name, o.role_name, o.role_quoted
