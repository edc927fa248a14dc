-- A SECURITY DEFINER function that a runtime role may call works outside of its transaction.
select
    f.word || ' ' || f.signature as object,
    c.role_name,
    format(
        '%s may call it (%s): it uses %s, which no policy of %s binds and no rollback undoes', c.role_quoted, min(c.door),
        string_agg(distinct lower(m.parts[1]), ', '), c.role_quoted) as what,
    format(E'-- as %s\nbegin;\n-- call %s\nrollback; -- and look: what it did is still there', c.role_quoted, f.signature)
        as reproduce,
    format('revoke all on %s %s from %s; -- and write in the caller''s own transaction', f.word, f.signature, c.role_quoted)
        as fix
from function f
join callable c on c.function = f.oid and c.door_kind <> 'owner'
join function_reach k on k.root = f.oid
join function_source s on s.oid = k.function
cross join lateral regexp_matches(
    s.body,
    '\m(dblink(?:_[a-z_]+)?|pg_background_[a-z_]+|http(?:_[a-z_]+)?|pg_file_write|lo_export|pg_logical_emit_message'
    || '|copy[^;]*\mto\s+program)\M\s*(?:\(|'')', 'gi') m (parts)
where
    f.is_definer
    and not f.is_of_extension
group by f.oid, f.word, f.signature, c.role_name, c.role_quoted
