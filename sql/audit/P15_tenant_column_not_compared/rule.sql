-- A policy asks for the tenant, but never compares the tenant column with it.
select
    w.object,
    o.role_name,
    format(
        '%s asks for the tenant, but says nothing of %s, which says whose a row is%s: %s reaches rows of others',
        string_agg(distinct format('%s (%s)', upper(o.word), o.verbs), ' and '), j.tenant_column_quoted,
        ': it compares ' || nullif(string_agg(distinct quote_ident(a.attname), ', '), ''), o.role_quoted) as what,
    format(E'-- as %s, bound to one tenant\nselect count(distinct %s) from %s; -- more than one\n%s',
        o.role_quoted, j.tenant_column_quoted, w.relation_name, w.show) as reproduce,
    format('%s %s;', w.alter_words, string_agg(distinct format('%s %s', o.word, w.condition), ' ')) as fix
from open_clause o
join judged j on j.oid = o.relation and j.tenant_column_quoted is not null
join policy_words w on w.policy = o.policy
-- The columns that are compared with it instead, where the clause shows them.
left join clause_leaf l on l.policy = o.policy and l.word = o.word
left join lateral (
    select (regexp_match(l.leaf, '^\(?"?([[:alnum:]_$]+)"? = \S*\{[a-z]*c'))[1] as name
    union all
    select (regexp_match(l.leaf, '\{[a-z]*c[a-z]*\}\S* = "?([[:alnum:]_$]+)"?\)?$'))[1]
) n on true
left join pg_catalog.pg_attribute a on a.attrelid = o.relation and a.attname = n.name and a.attnum > 0
where
    o.asks_helper
    and not o.is_covered
    and not exists (
        select from clause_leaf b
        where b.policy = o.policy and b.word = o.word and b.leaf ~ '\{[a-z]*c' and b.leaf ~ '\{[a-z]*t'
    )
group by w.object, w.relation_name, w.show, w.alter_words, j.tenant_column_quoted, o.role_name, o.role_quoted
