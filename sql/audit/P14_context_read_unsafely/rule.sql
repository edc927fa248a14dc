-- The context is read so that a lost tenant is neither null nor an error of ours: an empty text remains, or a bare error.
select
    'function ' || f.signature as object,
    null::text as role_name,
    'it reads the context as neither nullif(current_setting(..., true), '''') nor with an error of its own: after SET LOCAL'
    || ' the setting is an empty text, not null' as what,
    format('select prosrc from pg_proc where oid = %L::regprocedure;', f.oid::regprocedure) as reproduce,
    format(
        '-- in %s: nullif(current_setting(%L, true), ''''), or raise exception when it is empty', f.signature, min(x.name)) as fix
from clause_function c
join function_reach r on r.root = c.function
join function f on f.oid = r.function
join setting_read x on x.function = f.oid and not x.is_guarded
join own_setting o on o.name = x.name
where not exists (
    -- Loud: it, or something it calls, raises.
    select
    from function_reach l
    join function_source s on s.oid = l.function
    where l.root = f.oid and s.body ~* '\mraise\s+(?!notice|warning|info|log|debug)'
)
group by f.oid, f.signature
union all
select
    w.object,
    null,
    string_agg(upper(m.word), ' and ' order by m.word)
    || ': the context is read as something other than nullif(current_setting(..., true), ''''); a lost tenant is an'
    || ' empty text, or an error that says nothing of tenants',
    w.show,
    format(
        '%s %s;', w.alter_words, string_agg(format('%s %s', m.word, w.condition), ' ' order by m.word))
from clause_masked m
join policy_words w on w.policy = m.policy
where
    (select count(*) from regexp_matches(m.masked, '\mcurrent_setting\(\{k\}', 'g'))
    > (
        select count(*)
        from regexp_matches(m.masked, '\mNULLIF\(current_setting\(\{k\}::text, true\), \{e\}::text\)', 'g')
    )
group by w.object, w.show, w.alter_words
