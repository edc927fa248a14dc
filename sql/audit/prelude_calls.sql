-- Who calls what, which settings bodies read, and which functions speak for the tenant.

-- This text continues the `with` of prelude.sql and is run behind it; it ends as it began, inside the `with`.
,
-- Bodies without comments. Functions of extensions are not read.
function_source as (
    select
        f.oid,
        s.name as schema_name,
        p.proname::text as own_name,
        regexp_replace(f.body, '--[^\n]*|/\*([^*]|\*+[^*/])*\*+/', ' ', 'g') as body
    from function f
    join schema s on s.oid = f.schema
    join pg_catalog.pg_proc p on p.oid = f.oid
    where not f.is_of_extension
),
-- A call that a body spells out, or that a SQL-standard body depends on. A name put together at run time escapes.
function_call as (
    select distinct s.oid as caller, c.oid as callee
    from function_source s
    cross join lateral regexp_matches(
        s.body, '(?:([[:alnum:]_$]+)"?\s*\.\s*)?"?([[:alnum:]_$]+)"?\s*\(', 'g') m (parts)
    join function_source c
        on lower(c.own_name) = lower(m.parts[2]) and lower(c.schema_name) = lower(coalesce(m.parts[1], c.schema_name))
    where c.oid <> s.oid
    union
    select d.objid, d.refobjid
    from pg_catalog.pg_depend d
    join function_source s on s.oid = d.objid
    join function_source c on c.oid = d.refobjid
    where
        d.classid = 'pg_catalog.pg_proc'::regclass
        and d.refclassid = 'pg_catalog.pg_proc'::regclass
        and d.objid <> d.refobjid
),
-- Through any number of calls. Every function reaches itself.
function_reach as (
    select s.oid as root, s.oid as function from function_source s
    union
    select r.root, c.callee
    from function_reach r
    join function_call c on c.caller = r.function
),
-- Settings that a body reads. `is_guarded`: as nullif(current_setting(..., true), ''). No name: it is computed.
setting_read as (
    select
        s.oid as function,
        lower(coalesce(m.parts[1], m.parts[2])) as name,
        m.parts[1] is not null as is_guarded
    from function_source s
    cross join lateral regexp_matches(
        s.body,
        'nullif\s*\(\s*(?:pg_catalog\s*\.\s*)?current_setting\s*\(\s*''([^'']+)''(?:\s*::\s*text)?\s*,\s*true\s*\)'
        || '\s*,\s*''''(?:\s*::\s*text)?\s*\)|\mcurrent_setting\s*\(\s*(?:''([^'']+)'')?',
        'gi') m (parts)
),
-- The settings of the context. What was not declared is guessed narrowly: what the context functions read, if there
-- are any; a setting that only a policy reads beside them is another setting.
own_setting as (
    select distinct lower(c.name) as name
    from context_setting c
    cross join setting s
    where
        cardinality(s.context_settings) > 0
        or not exists (select from context_function)
        or lower(c.name) in (select r.name from setting_read r join context_function f on f.oid = r.function)
),
-- Functions that answer or use whose transaction this is: the context functions (an undeclared one that answers a
-- boolean is not one), what reads a context setting, and what calls any of these.
helper as (
    select distinct r.root as function
    from function_reach r
    where
        r.function in (
            select f.oid
            from context_function f
            cross join setting s
            where cardinality(s.context_functions) > 0 or f.return_type <> 'boolean'::regtype
        )
        or r.function in (select x.function from setting_read x join own_setting o on o.name = x.name)
),
-- Functions whose answer depends on the session, through any number of calls.
asks_session as materialized (
    select distinct r.root as function
    from function_reach r
    where
        r.function in (select h.function from helper h)
        or r.function in (select x.function from setting_read x)
),
-- How a fix should ask for the tenant.
helper_words as (
    select coalesce(
        (
            select min(format('(select %s())', f.name))
            from context_function f
            where f.arguments = 0 and f.return_type <> 'boolean'::regtype
        ),
        (select min(format('(select nullif(current_setting(%L, true), '''')::<type>)', o.name)) from own_setting o),
        '(select <your context function>())'
    ) as words
)
