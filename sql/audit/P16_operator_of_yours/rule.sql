-- A policy that binds a runtime role compares by an operator that is neither built in nor an extension's.
select
    w.object,
    b.role_name,
    format(
        '%s compares by %s: what it lets pass, the function %s decides', string_agg(distinct upper(b.word), ' and '),
        string_agg(distinct o.oid::regoperator::text, ', '), string_agg(distinct f.name, ', ')) as what,
    w.show as reproduce,
    format(
        '%s %s;', w.alter_words,
        string_agg(distinct format('%s (<its condition with OPERATOR(pg_catalog.=)>)', b.word), ' ')) as fix
from clause c
cross join lateral string_to_table(c.tree, ':opno ') m (part)
join pg_catalog.pg_operator o on o.oid = substring(m.part from '^\d+')::oid
join function f on f.oid = o.oprcode and not f.is_of_extension
join clause_binds b on b.policy = c.policy and b.word = c.word and b.is_permissive
join policy_words w on w.policy = c.policy
group by w.object, w.show, w.alter_words, b.role_name
