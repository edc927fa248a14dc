-- A policy compares a column with itself: a name inside its sub-select was taken for the sub-select's own column.
select
    w.object,
    b.role_name,
    format(
        '%s compares a column with itself, which is true for every row: in a sub-select a name without a table in front'
        || ' of it means the sub-select''s table', string_agg(distinct upper(b.word), ' and ')) as what,
    w.show as reproduce,
    format(
        '%s %s;', w.alter_words,
        string_agg(distinct format('%s (<its condition with the table''s name before each column>)', b.word), ' ')) as fix
from (
    select m.policy, m.word
    from clause_masked m
    where
        m.masked ~ '\(((?:[[:alnum:]_$]+\.|"[^"]+"\.)?(?:[[:alpha:]_][[:alnum:]_$]*|"[^"]+")) (?:=|<=|>=) \1\)'
        or m.masked ~ '\(NOT \(((?:[[:alnum:]_$]+\.|"[^"]+"\.)?(?:[[:alpha:]_][[:alnum:]_$]*|"[^"]+")) (?:IS DISTINCT FROM|<>) \1\)\)'
    offset 0
) m
join clause_binds b on b.policy = m.policy and b.word = m.word
join policy_words w on w.policy = b.policy
group by w.object, w.show, w.alter_words, b.role_name
