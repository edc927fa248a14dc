-- Clauses of policies tried on made-up rows by the server itself: what passes without a tenant, and what always does.

-- This text continues the `with` of prelude_clauses.sql and is run behind it; it ends as it began, inside the `with`.
,

-- Trials --------------------------------------------------------------------------------------------------------

-- Values that stand for rows of two tenants, and one in between for a tenant that owns neither.
sample as (
    select s.type::regtype::oid as type, s.one, s.other, s.tenant
    from (
        values
            ('uuid', repeat('0', 32), repeat('2', 32), repeat('1', 32)),
            ('text', '', 'x', 'nobody'), ('varchar', '', 'x', 'nobody'), ('bpchar', '', 'x', 'nobody'),
            ('name', '', 'x', 'nobody'), ('int2', '-7', '7', '1'), ('int4', '-7', '7', '1'), ('int8', '-7', '7', '1'),
            ('numeric', '-7', '7', '1'), ('bool', 'false', 'true', null), ('date', 'epoch', '2001-01-01', null),
            ('timestamp', 'epoch', '2001-01-01', null), ('timestamptz', 'epoch', '2001-01-01', null)
    ) s (type, one, other, tenant)
),
-- Clauses that may be computed here on made-up rows: they read no table, and all that is left in them besides
-- functions of yours without arguments (which are not called, but replaced) is built in and cannot fail on a sample.
-- So nothing that somebody else wrote runs with the auditor's rights.
clause_is_safe as materialized (
    select c.policy, c.word
    from clause c
    join clause_marked k on k.policy = c.policy and k.word = c.word
    where
        -- A plain comparison needs no trial: null equals nothing.
        not k.is_plain
        and c.tree !~ ':rtekind|:varattno (?:0|-)|:funcvariadic true'
        -- A text that becomes something else must be one of ours, whole.
        and not (c.tree ~ 'COERCEVIAIO' and c.tree ~ '\{(?:COALESCE|CASE|SQLVALUEFUNCTION)|COERCEVIAIO :arg \{(?:VAR|COERCEVIAIO)')
        and not (c.tree ~ 'COERCEVIAIO' and c.tree ~ ':vartype (?:25|1043|1042|19) ')
        and not exists (
            select from regexp_matches(c.tree, '\{([A-Z]+)', 'g') m (parts)
            where m.parts[1] not in (
                'VAR', 'CONST', 'OPEXPR', 'SCALARARRAYOPEXPR', 'BOOLEXPR', 'NULLTEST', 'BOOLEANTEST', 'FUNCEXPR',
                'SUBLINK', 'QUERY', 'TARGETENTRY', 'FROMEXPR', 'RELABELTYPE', 'COALESCE', 'COALESCEEXPR', 'CASE',
                'CASEEXPR', 'WHEN', 'CASEWHEN', 'NULLIFEXPR', 'DISTINCTEXPR', 'ARRAY', 'ARRAYEXPR', 'COERCEVIAIO',
                'SQLVALUEFUNCTION'
            )
        )
        and not exists (
            select
            from regexp_matches(c.tree, ':funcid (\d+)', 'g') m (parts)
            join pg_catalog.pg_proc p on p.oid = m.parts[1]::oid
            where
                case
                    when p.pronamespace = 'pg_catalog'::regnamespace then
                        p.proname not in (
                            'current_setting', 'lower', 'upper', 'btrim', 'ltrim', 'rtrim', 'text', 'varchar', 'bpchar',
                            'int2', 'int4', 'int8', 'numeric', 'now'
                        )
                    else
                        p.pronargs <> 0 or p.proretset or p.oid::regproc::text ~ '"'
                        or length(p.oid::regproc::text) > 50
                        or not exists (select from function f where f.oid = p.oid)
                end
        )
        and not exists (
            select
            from regexp_matches(c.tree, ':opno (\d+)', 'g') m (parts)
            join pg_catalog.pg_operator o on o.oid = m.parts[1]::oid
            where
                o.oprnamespace <> 'pg_catalog'::regnamespace
                or o.oprname not in ('=', '<>', '<', '<=', '>', '>=', '~~', '!~~', '~~*', '!~~*')
                    and not (o.oprname = '||' and c.tree !~ 'COERCEVIAIO')
        )
        and not exists (
            select
            from regexp_matches(c.tree, ':varattno (\d+)', 'g') m (parts)
            join pg_catalog.pg_attribute a on a.attrelid = c.relation and a.attnum = m.parts[1]::smallint
            where a.atttypid not in (select s.type from sample s)
        )
        and (select count(distinct m.parts[1]) from regexp_matches(c.tree, ':varattno (\d+)', 'g') m (parts)) <= 4
        -- A context that is a text becomes the tenant's type; to another type the stand-in might not be castable.
        and not exists (
            select
            from regexp_matches(c.tree, 'COERCEVIAIO .*?:resulttype (\d+) ', 'g') m (parts)
            where m.parts[1]::oid <> c.tenant_type
        )
),
-- The clause with columns in place of what asks the session, over every combination of samples: once where no tenant
-- is bound (1), once where one is bound that owns none of the rows (2).
clause_query as materialized (
    select
        c.policy,
        c.word,
        format(
            'select array_to_tsvector(array_remove(array['
            || 'case when bool_and(x.it is true) then ''always'' end,'
            || ' case when bool_or(x.it is true) filter (where x.n = 1) then ''unbound'' end,'
            || ' case when bool_or(x.it is true) filter (where x.n = 2) then ''others'' end], null))'
            || ' from (select (%s) as it, shikiri_trial.n from (select %s 1 as shikiri_one from %s (values (1)) as shikiri_last)'
            || ' as %I cross join (values (1%s), (2%s)) as shikiri_trial(n%s)) x',
            e.words, k.names, k.tables, c.own_name, v.unbound, v.bound, v.names
        ) as query
    from clause c
    join clause_is_safe using (policy, word)
    left join clause_name cn on cn.policy = c.policy and cn.word = c.word and cn.is_helper
    left join clause_name co on co.policy = c.policy and co.word = c.word and not co.is_helper
    cross join lateral (
        select
            string_agg(
                case
                    when t.token not like '''%' then
                        regexp_replace(
                            regexp_replace(
                                case
                                    when t.before_last ~* '\mcurrent_setting\($'
                                        then regexp_replace(t.token, '^::text(?:, (?:true|false))?\)', '')
                                    else t.token
                                end,
                                '\mcurrent_setting\($',
                                case
                                    when lower(btrim(t.after, '''')) in (select o.name from own_setting o)
                                        then '"own setting"'
                                    else '"other setting"'
                                end
                            ),
                            '(?<![[:alnum:]_.$"])(' || coalesce(concat_ws('|', cn.names, co.names), '') || ')\(\)',
                            '"call \1"', 'g'
                        )
                    when t.before ~* '\mcurrent_setting\($' then ''
                    else t.token
                end,
                '' order by t.n
            ) as words
        from (
            select
                m.parts[1] as token, m.n,
                lag(m.parts[1]) over (order by m.n) as before,
                lag(m.parts[1], 2) over (order by m.n) as before_last,
                lead(m.parts[1]) over (order by m.n) as after
            from regexp_matches(c.words, '''(?:[^'']|'''')*''|"(?:[^"]|"")*"|[^''"]+', 'g') with ordinality m (parts, n)
        ) t
    ) e
    cross join lateral (
        select
            coalesce(string_agg(format('shikiri_%s.v as %I,', a.attnum, a.attname), ' '), '') as names,
            coalesce(
                string_agg(
                    format(
                        '(values (%1$L::%3$s), (%2$L::%3$s)%4$s) as shikiri_%5$s (v) cross join',
                        s.one, s.other, format_type(a.atttypid, null),
                        case when not a.attnotnull then format(', (null::%s)', format_type(a.atttypid, null)) end,
                        a.attnum),
                    ' '),
                ''
            ) as tables
        from (select distinct m.parts[1]::smallint from regexp_matches(c.tree, ':varattno (\d+)', 'g') m (parts)) d (attnum)
        join pg_catalog.pg_attribute a on a.attrelid = c.relation and a.attnum = d.attnum
        join sample s on s.type = a.atttypid
    ) k
    cross join lateral (
        select
            coalesce(string_agg(', ' || u.unbound, '' order by u.name), '') as unbound,
            coalesce(string_agg(', ' || u.bound, '' order by u.name), '') as bound,
            coalesce(string_agg(', ' || quote_ident(u.name), '' order by u.name), '') as names
        from (
            select
                'own setting' as name, 'null::text' as unbound,
                format('%L::text', case when c.tree ~ 'COERCEVIAIO' then s.tenant else coalesce(s.tenant, 'nobody') end) as bound
            from (select) one
            left join sample s on s.type = c.tenant_type
            union all
            select 'other setting', 'null::text', 'null::text'
            union all
            select
                'call ' || n.name,
                format('null::%s', format_type(f.return_type, null)),
                format(
                    '%L::%s',
                    case
                        when h.function is null then null
                        when c.tree ~ 'COERCEVIAIO' and f.return_type = 'text'::regtype then own.tenant
                        else s.tenant
                    end,
                    format_type(f.return_type, null))
            from clause_function cf
            join function f on f.oid = cf.function
            left join helper h on h.function = cf.function
            left join sample s on s.type = f.return_type
            left join sample own on own.type = c.tenant_type
            cross join lateral (values (f.name), (regexp_replace(f.name, '^[^.]*\.', ''))) n (name)
            where cf.policy = c.policy and cf.word = c.word and f.arguments = 0
        ) u
    ) v
),
-- One answer for each clause: the words of what is true of it. ts_stat() is the function of Postgres, every build of it,
-- that runs a text as a read-only query; it wants a tsvector, hence the form.
clause_answer as materialized (
    select q.policy, q.word, array(select s.word from ts_stat(q.query) s) as answer from clause_query q
),
-- Clauses whose text alone shows that they pass where no tenant is bound.
clause_hint as (
    select distinct l.policy, l.word
    from clause_leaf l
    join clause_masked k on k.policy = l.policy and k.word = l.word
    where
        l.leaf ~ '\{[a-z]*c[a-z]*\}\S* IS NULL|\{[a-z]*c[a-z]*\}\S* IS (NOT (TRUE|FALSE)|UNKNOWN)|COALESCE\{[a-z]*n'
        or l.leaf ~ '\mCOALESCE\{[a-z]*c' and k.masked ~ '\mCOALESCE\(.*, true\)'
),
-- What came out. Where no trial was safe, only what the text shows by itself.
clause_trial as (
    select
        f.policy,
        f.word,
        a.answer is not null as is_tried,
        case
            when a.answer is null then f.words = 'true'
            -- Samples of other columns prove nothing about all of their values.
            else
                'always' = any (a.answer)
                and not exists (
                    select
                    from regexp_matches(f.tree, ':varattno (\d+)', 'g') m (parts)
                    join pg_catalog.pg_attribute n on n.attrelid = f.relation and n.attnum = m.parts[1]::smallint
                    where quote_ident(n.attname) is distinct from f.tenant_column_quoted
                )
        end as passes_always,
        case
            when a.answer is null then
                h.policy is not null
            else 'unbound' = any (a.answer)
        end as passes_unbound,
        coalesce('others' = any (a.answer), false) as passes_others
    from clause f
    left join clause_hint h on h.policy = f.policy and h.word = f.word
    left join clause_answer a on a.policy = f.policy and a.word = f.word
),
-- Restrictive policies that are, or are taken for, the floor under a table: they compare the tenant column, or are always true.
floor as materialized (
    select
        p.oid as policy, p.relation, p.command, p.quoted, f.word, f.is_covered
    from policy p
    join clause_fact f on f.policy = p.oid
    join clause_trial t on t.policy = f.policy and t.word = f.word
    where not p.is_permissive and (f.is_covered or t.passes_always)
)
