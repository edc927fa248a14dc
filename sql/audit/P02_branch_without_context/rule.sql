-- A permissive policy has a branch that lets rows pass without asking whose transaction this is.
select
    w.object,
    o.role_name,
    format(
        'one way through %s asks no context: what it lets pass, %s reaches, whichever tenant it belongs to',
        string_agg(format('%s (%s)', upper(o.word), o.verbs), ' and ' order by o.word), o.role_quoted) as what,
    format(E'-- as %s\n%s', o.role_quoted, w.show) as reproduce,
    format(
        '%s %s;', w.alter_words,
        string_agg(format('%s (%s and (<its branches>))', o.word, w.condition), ' ' order by o.word)) as fix
from open_clause o
join clause c on c.policy = o.policy and c.word = o.word
join clause_trial t on t.policy = o.policy and t.word = o.word
join policy_words w on w.policy = o.policy
where
    not o.asks_helper
    -- P01 says it of a condition that is always true, P13 of a WITH CHECK beside a sound USING.
    and not t.passes_always
    and c.words <> 'false'
    and not (
        o.word = 'with check'
        and exists (select from clause_fact u where u.policy = o.policy and u.word = 'using' and u.is_covered)
    )
group by w.object, w.show, w.alter_words, o.role_name, o.role_quoted
