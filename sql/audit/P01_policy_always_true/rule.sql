-- A permissive policy lets every row pass, with a tenant and without one.
select
    w.object,
    o.role_name,
    format(
        'true for every row, whoever is bound: %s; %s reaches rows of every tenant',
        string_agg(format('%s (%s)', upper(o.word), o.verbs), ' and ' order by o.word), o.role_quoted) as what,
    format(E'-- as %s\n%s', o.role_quoted, w.show) as reproduce,
    format(
        '%s %s;', w.alter_words, string_agg(format('%s %s', o.word, w.condition), ' ' order by o.word)) as fix
from open_clause o
join clause_trial t on t.policy = o.policy and t.word = o.word
join policy_words w on w.policy = o.policy
where t.passes_always
group by w.object, w.show, w.alter_words, o.role_name, o.role_quoted
