-- A policy lets rows pass because of a setting that every session may set for itself, and that is not the context.
select
    w.object,
    o.role_name,
    format(
        '%s depends on %s, which is no privilege: %s may set it, and reach rows by it',
        string_agg(distinct upper(o.word), ' and '),
        string_agg(distinct coalesce('the setting ' || x.name, 'a setting whose name it computes'), ', '),
        o.role_quoted) as what,
    format(
        E'-- as %s\nset %s = ''on''; -- accepted: no privilege is asked for\n%s',
        o.role_quoted, coalesce(min(x.name), '<the setting>'), w.show) as reproduce,
    format(
        '%s %s; -- and give what the setting stood for to a role of its own', w.alter_words,
        string_agg(distinct format('%s %s', o.word, w.condition), ' ')) as fix
from open_clause o
join policy_words w on w.policy = o.policy
join clause_setting x on x.policy = o.policy and x.word = o.word
where
    -- Where every row must be the tenant's anyway, another setting can only take rows away.
    (x.is_in_context or not o.is_covered)
    and (x.name is null or x.name not in (select n.name from own_setting n))
    and not exists (select from pg_catalog.pg_settings g where g.name = x.name and g.context <> 'user')
group by w.object, w.show, w.alter_words, o.role_name, o.role_quoted
