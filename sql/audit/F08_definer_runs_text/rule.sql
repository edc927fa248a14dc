-- A SECURITY DEFINER function that a runtime role may call runs text made from its arguments.
select
    f.word || ' ' || f.signature as object,
    c.role_name,
    format(
        '%s may call it (%s), and it runs text that it is given as %s: whatever %s may do, also switching row security off',
        c.role_quoted, min(c.door), f.owner_name, f.owner_name) as what,
    format(
        E'-- as %s\nbegin;\n-- call %s with: alter table <a tenant table> no force row level security\nrollback;',
        c.role_quoted, f.signature) as reproduce,
    format('alter %s %s security invoker; -- or fixed statements, values by USING, names by %%I', f.word, f.signature) as fix
from function f
join callable c on c.function = f.oid and c.door_kind <> 'owner'
join function_reach k on k.root = f.oid
join function_source s on s.oid = k.function
-- Without what is safely quoted: literals that are whole, names by quote_ident and %I, values by quote_literal and %L.
cross join lateral (
    select regexp_replace(
        regexp_replace(s.body, '\m(quote_ident|quote_literal|quote_nullable)\s*\([^()]*\)', ' ', 'gi'),
        '\mformat\s*\(\s*(?:\$[a-z]*\$|E?'')(?:[^''$%]|%%|%[0-9]*\$?[IL]|'''')*(?:\$[a-z]*\$|'')\s*(?:,[^;]*)?\)', ' ', 'gi'
    ) as text
) b
cross join lateral regexp_matches(
    b.text,
    '\m(?:execute|plpy\s*\.\s*(?:execute|cursor|prepare)|spi_exec_query|spi_query|spi_prepare|pltcl_exec|spi_exec'
    || '|dblink_exec|dblink_send_query|dblink|query_to_xml|query_to_xmlschema|query_to_xml_and_xmlschema|ts_stat|cursor_to_xml)'
    || '\M([^;]*)', 'gi') m (parts)
where
    f.is_definer
    and not f.is_of_extension
    and f.return_type not in ('trigger'::regtype, 'event_trigger'::regtype)
    and exists (
        select
        from pg_catalog.pg_proc p
        cross join lateral unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality u (type, at)
        where
            p.oid = f.oid
            and u.type in (
                'text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype, 'json'::regtype, 'jsonb'::regtype,
                'text[]'::regtype, 'varchar[]'::regtype, 'unknown'::regtype, 'anyelement'::regtype
            )
    )
    -- More than one whole literal is run: a name, a parameter or what was joined of them.
    and regexp_replace(
        regexp_replace(m.parts[1], 'E?''(?:[^'']|'''')*''', '', 'g'), '\m(using|into|loop)\M.*$', '', 'i')
        ~* '[[:alnum:]_$\[]'
group by f.oid, f.word, f.signature, f.owner_name, c.role_name, c.role_quoted
