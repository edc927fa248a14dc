-- A policy asks the session once for every row instead of once for every statement.
select
    w.object,
    null::text as role_name,
    format(
        'a function is called outside a sub-select (%s): it may run for every row of every tenant that a statement looks at',
        string_agg(upper(f.word), ' and ' order by f.word)) as what,
    w.show as reproduce,
    format(
        '%s %s; -- (select f()) instead of f()', w.alter_words,
        string_agg(format('%s %s', f.word, w.condition), ' ' order by f.word)) as fix
from clause_fact f
join policy_words w on w.policy = f.policy
where f.calls_per_row
group by w.object, w.show, w.alter_words, w.condition
