-- Clauses of policies as marks: what each of them proves about a row, and whom it judges.

-- This text continues the `with` of prelude_calls.sql and is run behind it; it ends as it began, inside the `with`.
-- A clause of a policy is read in two ways. Which functions, operators, columns and node types are in it comes from the
-- stored tree, so no name can deceive it. How they are joined comes from the deparsed text, reduced from the innermost
-- parenthesis outwards: every group becomes a mark `{...}` whose letters say what is inside.
--     c  whose transaction this is: a context function, what calls one, or a context setting
--     t  the tenant column of the table itself; in a table that has none, the same as c
--     s  another setting      f  another function of yours
--     p  called for every row: outside a sub-select
--     b  a condition; with o: no row passes without the tenant column being compared with c
--                     with h: no row passes without c having been asked
--     q  a table was asked    d  with b: no row passes without the comparison of o, and it asks no table
--     n  a condition that was handed to a function or negated: it proves nothing any more
,

-- Clauses -------------------------------------------------------------------------------------------------------

-- Tables whose policies are judged: tenant tables, and those without a declared column whose policies ask the context.
judged as (
    select t.oid, t.has_row_security, t.tenant_column_quoted, t.tenant_type from tenant_table t
    union all
    select r.oid, r.has_row_security, null, null
    from relation r
    cross join setting s
    where
        r.kind in ('r', 'p')
        and r.plain_name <> all (s.shared_tables)
        and r.oid not in (select t.oid from tenant_table t)
        and exists (
            select
            from policy p
            where
                p.relation = r.oid
                and (
                    p.oid in (select f.policy from policy_function f join helper h on h.function = f.function)
                    or exists (
                        select from own_setting o
                        where lower(concat(p.using_text, p.check_text)) like '%current_setting(' || quote_literal(o.name) || '%'
                    )
                )
        )
),
-- The expressions of their policies: as text, and as the tree that Postgres keeps.
clause as (
    select
        p.oid as policy,
        x.word,
        p.relation,
        x.words,
        x.tree,
        t.tenant_column_quoted,
        t.tenant_type,
        k.relname::text as own_name
    from policy p
    join judged t on t.oid = p.relation
    join pg_catalog.pg_class k on k.oid = p.relation
    join pg_catalog.pg_policy q on q.oid = p.oid
    cross join lateral (
        values ('using', p.using_text, q.polqual::text), ('with check', p.check_text, q.polwithcheck::text)
    ) x (word, words, tree)
    where x.words is not null
),
-- Functions of yours that a clause calls, operators' functions too. In a stored tree a name with a blank is escaped, so
-- a number behind such a word is an oid.
clause_function as (
    select distinct c.policy, c.word, f.oid as function
    from clause c
    cross join lateral string_to_table(c.tree, 'funcid ') m (part)
    join function f on f.oid = substring(m.part from '^\d+')::oid
    union
    select distinct c.policy, c.word, f.oid
    from clause c
    cross join lateral string_to_table(c.tree, ':opno ') m (part)
    join pg_catalog.pg_operator o on o.oid = substring(m.part from '^\d+')::oid
    join function f on f.oid = o.oprcode
),
-- Texts become {} ('' becomes {e}); the name of a setting {k} if it holds the context, {u} if not. What a text says can
-- deceive nothing behind this point.
clause_masked as (
    select
        c.policy, c.word, c.relation, c.tenant_column_quoted, c.own_name,
        (
            select
                string_agg(
                    case
                        when t.token not like '''%' then t.token
                        when t.before ~* '\mcurrent_setting\($' then
                            case
                                when lower(btrim(t.token, '''')) in (select o.name from own_setting o) then '{k}'
                                else '{u}'
                            end
                        when t.token = '''''' then '{e}'
                        else '{}'
                    end,
                    '' order by t.n
                )
            from (
                select m.parts[1] as token, lag(m.parts[1]) over (order by m.n) as before, m.n
                from regexp_matches(c.words, '''(?:[^'']|'''')*''|"(?:[^"]|"")*"|[^''"]+', 'g')
                    with ordinality m (parts, n)
            ) t
        ) as masked
    from clause c
),
-- Names of a clause's functions, for a regular expression.
clause_name as (
    select
        c.policy, c.word, h.function is not null as is_helper,
        string_agg(
            format(
                '(?:%s\.)?%s',
                regexp_replace(s.quoted, '([][(){}.*+?^$|\\])', '\\\1', 'g'),
                regexp_replace(quote_ident(p.proname), '([][(){}.*+?^$|\\])', '\\\1', 'g')
            ),
            '|'
        ) as names
    from clause_function c
    join pg_catalog.pg_proc p on p.oid = c.function
    join schema s on s.oid = p.pronamespace
    left join helper h on h.function = c.function
    group by c.policy, c.word, h.function is not null
),
-- A clause with all that its marks depend on. Most clauses of a schema say the same, and are marked once.
clause_named as materialized (
    select
        n.policy, n.word, n.masked, n.tenant_column_quoted, n.own_name, n.helper_names, n.other_names,
        row (n.masked, n.tenant_column_quoted, n.own_name, n.helper_names, n.other_names)::text as said
    from (
        select
            c.policy, c.word, c.masked, c.tenant_column_quoted,
            case when strpos(c.masked, quote_ident(c.own_name) || '.') > 0 then c.own_name end as own_name,
            h.names as helper_names, o.names as other_names
        from clause_masked c
        left join clause_name o on o.policy = c.policy and o.word = c.word and not o.is_helper
        left join clause_name h on h.policy = c.policy and h.word = c.word and h.is_helper
    ) n
),
clause_said as materialized (
    select
        c.said, y.marked,
        -- It says nothing but `column = (select context())`.
        y.marked ~ '^\(\{t\} = (\( SELECT )?\{cp\}\(\)\)+$' as is_plain
    from (select distinct on (n.said) n.* from clause_named n order by n.said) c
    cross join lateral (
        -- Aliases and casts say nothing about rows.
        select regexp_replace(
            regexp_replace(
                regexp_replace(c.masked, ' AS (?:"(?:[^"]|"")*"|[[:alnum:]_$]+)', '', 'g'),
                '::(?:"[^"]*"|[[:alnum:]_$]+)(?:\.(?:"[^"]*"|[[:alnum:]_$]+))?'
                || '(?: varying| precision| with(?:out)? time zone)?(?:\([0-9, ]+\))?(?:\[\])*', '', 'g'),
            '(?:pg_catalog\.)?\mcurrent_setting\(\{k\}',
            case when c.tenant_column_quoted is null then '{ctp}({}' else '{cp}({}' end, 'g') as words
    ) w
    cross join lateral (
        select regexp_replace(
            regexp_replace(w.words, '(?:pg_catalog\.)?\mcurrent_setting(?=\()', '{sp}', 'g'),
            '(?<![[:alnum:]_.$"])(?:' || coalesce(c.helper_names, '\$') || ')(?=\()',
            case when c.tenant_column_quoted is null then '{ctp}' else '{cp}' end, 'g') as words
    ) x
    cross join lateral (
        select regexp_replace(
            regexp_replace(
                case when c.other_names is null then x.words
                    else regexp_replace(x.words, '(?<![[:alnum:]_.$"])(?:' || c.other_names || ')(?=\(\))', '{fp}', 'g')
                end,
                '(?<![[:alnum:]_.$"])(?:' || coalesce(c.other_names, '\$') || ')(?=\()', '{f}', 'g'),
            format(
                '(?<![[:alnum:]_.$"])%s%s(?![[:alnum:]_$"(])',
                '(?:' || regexp_replace(quote_ident(c.own_name), '([][(){}.*+?^$|\\])', '\\\1', 'g') || '\.)?',
                coalesce(regexp_replace(c.tenant_column_quoted, '([][(){}.*+?^$|\\])', '\\\1', 'g'), '\$')
            ),
            '{t}', 'g'
        ) as marked
    ) y
),
clause_marked as materialized (
    select k.policy, k.word, s.marked, s.is_plain
    from clause_named k
    join clause_said s on s.said = k.said
),
-- Words in a comparison of the tenant column with the context after which it proves nothing.
negative as (
    select '[<>!~]| IS |\m(NOT|CASE|LIKE|SIMILAR|POSITION|strpos|position|starts_with|regexp_[a-z_]+)\M|\{[a-z]*n' as negative
),
-- One step folds every innermost group. AND keeps what any part proves, OR what all prove. Most clauses of a schema say
-- the same once they are marked, and are reduced once.
reduction as (
    select c.marked, 0 as step, c.marked as words from (select distinct k.marked from clause_marked k) c
    union all
    select r.marked, r.step + 1, x.words
    from reduction r
    cross join lateral (
        select
            string_agg(
                case
                    when t.token !~ '^\(.' then t.token
                    when t.token ~ '^\(\{[a-z]*\}\)$' and not i.is_call then substr(t.token, 2, length(t.token) - 2)
                    else
                        '{' || concat(
                            case when t.token ~ '\{[a-z]*c' then 'c' end,
                            case when t.token ~ '\{[a-z]*t' then 't' end,
                            case when t.token ~ '\{[a-z]*s' then 's' end,
                            case when t.token ~ '\{[a-z]*f' then 'f' end,
                            case when t.token ~ '\{[a-z]*p' and not i.is_select then 'p' end,
                            case when t.token ~ '\{[a-z]*q' or (i.is_select and t.token ~ '\mFROM\M') then 'q' end,
                            case
                                when i.is_select then null
                                when i.is_call then case when t.token ~ '\{[a-z]*[bn]' then 'n' end
                                else j.letters
                            end
                        ) || '}'
                end,
                '' order by t.n
            ) as words
        from (
            select m.parts[1] as token, lag(m.parts[1]) over (order by m.n) as before, m.n
            from regexp_matches(r.words, '\([^()]*\)|[^()]+|[()]', 'g') with ordinality m (parts, n)
        ) t
        cross join lateral (
            select
                coalesce(t.before ~ '[[:alnum:]_$"}]$', false) as is_call,
                t.token ~ '^\(\s*(SELECT|WITH|VALUES)\M' as is_select
        ) i
        cross join lateral (
            select concat(
                case when bool_or(p.is_condition) then 'b' end,
                case when case when t.token ~ ' OR ' then bool_and(p.o) else bool_or(p.o) end then 'o' end,
                case when case when t.token ~ ' OR ' then bool_and(p.h) else bool_or(p.h) end then 'h' end,
                case when case when t.token ~ ' OR ' then bool_and(p.d) else bool_or(p.d) end then 'd' end,
                case when bool_or(p.n) then 'n' end
            ) as letters
            from (
                select
                    y.part ~ '(=|<|>|~| IS | IN |\mEXISTS\M|\mANY\M|\mNOT\M)' or y.part ~ '^\{[a-z]*b'
                    or t.token ~ ' (AND|OR) ' as is_condition,
                    case
                        when y.part ~ '^\{[a-z]*b[a-z]*\}$' then y.part ~ '^\{[a-z]*o'
                        else y.part ~ '\{[a-z]*c' and y.part ~ '\{[a-z]*t' and not y.is_negative
                    end as o,
                    case
                        when y.part ~ '^\{[a-z]*b[a-z]*\}$' then y.part ~ '^\{[a-z]*h'
                        else y.part ~ '\{[a-z]*c'
                    end as h,
                    case
                        when y.part ~ '^\{[a-z]*b[a-z]*\}$' then y.part ~ '^\{[a-z]*d'
                        else
                            y.part ~ ' = ' and y.part ~ '\{[a-z]*c' and y.part ~ '\{[a-z]*t' and y.part !~ '\{[a-z]*q'
                            and not y.is_negative
                    end as d,
                    y.part ~ '\{[a-z]*n' or (y.part ~ '\mNOT\M' and y.part ~ '\{[a-z]*b') as n
                from (
                    select
                        q.part,
                        q.part ~ n.negative as is_negative
                    from regexp_split_to_table(substr(t.token, 2, greatest(length(t.token) - 2, 0)), ' AND | OR ') q (part)
                    cross join negative n
                ) y
            ) p
        ) j
    ) x
    where r.words like '%(%' and r.step < 200
),
-- What a clause proves in the end.
clause_fact as materialized (
    select
        c.policy,
        c.word,
        case
            when r.words ~ '^\{[a-z]*b[a-z]*\}$' then r.words ~ '^\{[a-z]*o'
            else r.words ~ '\{[a-z]*c' and r.words ~ '\{[a-z]*t' and r.words !~ r.negative
        end as is_covered,
        case
            when r.words ~ '^\{[a-z]*b[a-z]*\}$' then r.words ~ '^\{[a-z]*h'
            else r.words ~ '\{[a-z]*c'
        end as asks_helper,
        case
            when r.words ~ '^\{[a-z]*b[a-z]*\}$' then r.words ~ '^\{[a-z]*d'
            else
                r.words ~ ' = ' and r.words ~ '\{[a-z]*c' and r.words ~ '\{[a-z]*t' and r.words !~ '\{[a-z]*q'
                and r.words !~ r.negative
        end as is_direct,
        r.words ~ '\{[a-z]*p' as calls_per_row,
        r.words as folded
    from clause_marked c
    join (
        select distinct on (d.marked) d.marked, d.words, n.negative
        from reduction d
        cross join negative n
        order by d.marked, d.step desc
    ) r on r.marked = c.marked
),
-- The single comparisons of a clause, with marks for what is inside them.
clause_leaf as (
    select c.policy, c.word, l.leaf
    from clause_marked c
    join (
        select r.marked, m.parts[1] as leaf
        from reduction r
        cross join lateral regexp_matches(r.words, '\([^()]*\)', 'g') m (parts)
        where m.parts[1] !~ ' (AND|OR) ' and m.parts[1] !~ '^\(\s*(SELECT|WITH|VALUES)\M'
        union
        select r.marked, r.words from reduction r where r.words not like '%(%'
    ) l on l.marked = c.marked
),
-- Which clause of a policy judges what: USING the rows that are there (old), WITH CHECK, or USING in its place, those that
-- come (new).
clause_side as materialized (
    select p.oid as policy, p.is_permissive, v.verb, v.side, f.word, f.is_covered, f.asks_helper
    from policy p
    join (
        values
            ('SELECT', 'r', 'old'), ('INSERT', 'a', 'new'), ('UPDATE', 'w', 'old'), ('UPDATE', 'w', 'new'),
            ('DELETE', 'd', 'old')
    ) v (verb, command, side) on p.command in ('*', v.command)
    join clause_fact f
        on f.policy = p.oid
        and f.word = case when v.side = 'new' and p.check_text is not null then 'with check' else 'using' end
),
-- The commands that a login holds on a table whose policies are judged and bind it.
verb_reach as materialized (
    select r.role, r.role_name, r.role_quoted, r.relation, array_agg(distinct r.privilege) as verbs
    from reachable r
    join role l on l.oid = r.role and not l.bypasses
    join judged t on t.oid = r.relation and t.has_row_security
    group by r.role, r.role_name, r.role_quoted, r.relation
),
-- Which clause judges which rows of which login.
clause_binds as materialized (
    select
        v.role, v.role_name, v.role_quoted, v.relation,
        c.verb, c.side, c.policy, c.is_permissive, c.word, c.is_covered, c.asks_helper
    from verb_reach v
    join policy_binds b on b.role = v.role and b.relation = v.relation
    join clause_side c on c.policy = b.policy and c.verb = any (v.verbs)
),
-- Permissive clauses that no sound restrictive policy holds down: what they let through, passes.
open_bind as (
    select b.*
    from clause_binds b
    where
        b.is_permissive
        and not exists (
            select from clause_binds f
            where
                not f.is_permissive and f.is_covered
                and f.role = b.role and f.relation = b.relation and f.verb = b.verb and f.side = b.side
        )
),
open_clause as (
    select
        b.role, b.role_name, b.role_quoted, b.relation, b.policy, b.word, b.is_covered, b.asks_helper,
        string_agg(distinct b.verb, ', ') as verbs
    from open_bind b
    group by b.role, b.role_name, b.role_quoted, b.relation, b.policy, b.word, b.is_covered, b.asks_helper
),
-- Settings that a clause reads: itself, or through a function, which may be one of the context. No name: it is computed.
clause_setting as materialized (
    select distinct c.policy, c.word, lower(m.parts[1]) as name, false as is_in_context
    from clause c
    cross join lateral regexp_matches(c.words, '\mcurrent_setting\((?:''([^'']+)'')?', 'g') m (parts)
    union
    select f.policy, f.word, r.name, h.function is not null
    from (select distinct x.function from clause_function x) d
    join function_reach g on g.root = d.function
    join setting_read r on r.function = g.function
    left join helper h on h.function = g.function
    join clause_function f on f.function = d.function
),
-- How a finding names a policy, shows it, and what should stand in it. No finding repeats an expression: it may hold values.
policy_words as (
    select
        p.oid as policy,
        p.relation_name,
        format('policy %s on %s', p.quoted, p.relation_name) as object,
        format(
            E'select polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid) as using,\n'
            || E'    pg_get_expr(polwithcheck, polrelid) as with_check\n'
            || 'from pg_policy where polrelid = %L::regclass and polname = %L;', p.relation_name, p.name) as show,
        format('alter policy %s on %s', p.quoted, p.relation_name) as alter_words,
        format('(%s = %s)', coalesce(j.tenant_column_quoted, '<tenant column>'), h.words) as condition
    from policy p
    join judged j on j.oid = p.relation
    cross join helper_words h
)
