-- A policy recognises the tenant by a pattern: one tenant's name may match another's.
select
    w.object,
    o.role_name,
    format(
        '%s compares by a pattern (LIKE, a regular expression, a search in a text): %s reaches rows of every tenant that matches',
        string_agg(format('%s (%s)', upper(o.word), o.verbs), ' and ' order by o.word), o.role_quoted) as what,
    w.show as reproduce,
    format(
        '%s %s;', w.alter_words, string_agg(format('%s %s', o.word, w.condition), ' ' order by o.word)) as fix
from open_clause o
join policy_words w on w.policy = o.policy
where
    not o.is_covered
    and exists (
        select
        from clause_leaf l
        where
            l.policy = o.policy and l.word = o.word
            and l.leaf ~ '(^|[^<>=!])~|\m(LIKE|SIMILAR|POSITION|strpos|position|starts_with|regexp_[a-z_]+)\M'
            and l.leaf ~ '\{[a-z]*[cts]'
    )
group by w.object, w.show, w.alter_words, o.role_name, o.role_quoted
