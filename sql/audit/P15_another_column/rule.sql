-- A policy compares the context with another column than the tenant column.
select
    w.object,
    o.role_name,
    format(
        '%s compares the context with %s, but %s says whose a row is: %s reaches rows of others that name its tenant there',
        string_agg(distinct upper(o.word), ' and '), string_agg(distinct quote_ident(a.attname), ', '),
        j.tenant_column_quoted, o.role_quoted) as what,
    format(E'-- as %s, bound to one tenant\nselect count(distinct %s) from %s; -- more than one\n%s',
        o.role_quoted, j.tenant_column_quoted, w.relation_name, w.show) as reproduce,
    format('%s %s;', w.alter_words, string_agg(distinct format('%s %s', o.word, w.condition), ' ')) as fix
from open_clause o
join judged j on j.oid = o.relation and j.tenant_column_quoted is not null
join policy_words w on w.policy = o.policy
join clause_leaf l on l.policy = o.policy and l.word = o.word
cross join lateral (
    select (regexp_match(l.leaf, '^\(?(?:[[:alnum:]_$]+\.)?"?([[:alnum:]_$]+)"? = \S*\{[a-z]*c'))[1] as name
    union all
    select (regexp_match(l.leaf, '\{[a-z]*c[a-z]*\}\S* = (?:[[:alnum:]_$]+\.)?"?([[:alnum:]_$]+)"?\)?$'))[1]
) n
join pg_catalog.pg_attribute a on a.attrelid = o.relation and a.attname = n.name and a.attnum > 0
where not o.is_covered
group by w.object, w.relation_name, w.show, w.alter_words, j.tenant_column_quoted, o.role_name, o.role_quoted
