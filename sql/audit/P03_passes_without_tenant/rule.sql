-- A permissive policy lets rows pass while no tenant is bound: its condition is true when the context is null.
select
    w.object,
    o.role_name,
    format(
        'rows pass %s while no tenant is bound (%s): a session of %s that lost its tenant reaches them',
        string_agg(format('%s (%s)', upper(o.word), o.verbs), ' and ' order by o.word),
        case
            when bool_or(t.is_tried) then 'the server computed it for made-up rows with the context null'
            else 'its text says what a null context means'
        end,
        o.role_quoted) as what,
    format(
        E'-- as %s\nreset all;\nselect count(*) from %s; -- more than 0 where there are such rows\n%s',
        o.role_quoted, w.relation_name, w.show) as reproduce,
    format(
        '%s %s;', w.alter_words, string_agg(format('%s %s', o.word, w.condition), ' ' order by o.word)) as fix
from open_clause o
join clause_trial t on t.policy = o.policy and t.word = o.word
join policy_words w on w.policy = o.policy
where t.passes_unbound and not t.passes_always
group by w.object, w.relation_name, w.show, w.alter_words, o.role_name, o.role_quoted
