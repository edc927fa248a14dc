-- An open permissive clause brings the tenant column and the context together under a negation only.
select
    w.object,
    o.role_name,
    format(
        '%s: rows pass that are not excluded, whichever tenant they belong to; %s reaches them',
        string_agg(distinct format('%s (%s)', upper(o.word), o.verbs), ' and '), o.role_quoted) as what,
    format(E'-- as %s, bound to one tenant\nselect count(*) from %s; -- rows of tenants that are not excluded\n%s',
        o.role_quoted, w.relation_name, w.show) as reproduce,
    format(
        '%s %s;', w.alter_words,
        string_agg(distinct format('%s (%s and (<its condition>))', o.word, w.condition), ' ')) as fix
from open_clause o
join clause_trial t on t.policy = o.policy and t.word = o.word
join policy_words w on w.policy = o.policy
where
    o.asks_helper
    and not o.is_covered
    -- P01 and P02 say it of what was computed.
    and not t.passes_always and not t.passes_others
    and exists (
        select
        from clause_leaf l
        where
            l.policy = o.policy and l.word = o.word
            and l.leaf ~ '\{[a-z]*c' and l.leaf ~ '\{[a-z]*t' and l.leaf ~ '\mNOT\M|<>|!='
            -- What asks a table, or a list: a plain comparison was computed, or is told by P02.
            and (l.leaf ~ '\{[a-z]*q' or l.leaf ~ '<> ALL')
    )
group by w.object, w.relation_name, w.show, w.alter_words, o.role_name, o.role_quoted
