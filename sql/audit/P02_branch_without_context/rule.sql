-- A permissive policy lets rows pass that are not the bound tenant's: a branch does not ask, or does not compare for equality.
select
    w.object,
    o.role_name,
    format(
        '%s: what passes there, %s reaches, whichever tenant it belongs to',
        string_agg(
            format(
                case
                    when o.asks_helper then '%s (%s) lets rows of a tenant pass that is not the bound one (computed)'
                    else 'one way through %s (%s) asks no context'
                end,
                upper(o.word), o.verbs),
            ' and ' order by o.word),
        o.role_quoted) as what,
    format(E'-- as %s\n%s', o.role_quoted, w.show) as reproduce,
    format(
        '%s %s;', w.alter_words,
        string_agg(format('%s (%s and (<its branches>))', o.word, w.condition), ' ' order by o.word)) as fix
from open_clause o
join clause c on c.policy = o.policy and c.word = o.word
join clause_trial t on t.policy = o.policy and t.word = o.word
join policy_words w on w.policy = o.policy
where
    (not o.asks_helper or t.passes_others)
    -- P01 says it of a condition that is always true, P13 of a WITH CHECK beside a sound USING.
    and not t.passes_always
    and c.words <> 'false'
    and not (
        o.word = 'with check'
        and exists (select from clause_fact u where u.policy = o.policy and u.word = 'using' and u.is_covered)
    )
group by w.object, w.show, w.alter_words, o.role_name, o.role_quoted
