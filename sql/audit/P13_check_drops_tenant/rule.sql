-- A policy's WITH CHECK forgets the tenant that its USING asks for: rows can be written into another tenant.
select
    w.object,
    o.role_name,
    format(
        'WITH CHECK replaces USING for new rows, and does not ask for the tenant: %s may %s rows of any tenant',
        o.role_quoted, o.verbs) as what,
    format(
        E'-- as %s, bound to one tenant\nbegin;\ninsert into %s values (<another tenant, ...>); -- succeeds\nrollback;\n%s',
        o.role_quoted, w.relation_name, w.show) as reproduce,
    format('%s with check (%s and (<what it checks now>));', w.alter_words, w.condition) as fix
from open_clause o
join clause_trial t on t.policy = o.policy and t.word = o.word
join clause_fact u on u.policy = o.policy and u.word = 'using' and u.is_covered
join policy_words w on w.policy = o.policy
where o.word = 'with check' and not o.is_covered and not t.passes_always
