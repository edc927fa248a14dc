-- A table has a restrictive floor, but it does not bind a runtime role, or holds nothing down.
select
    w.relation_name as object,
    b.role_name,
    format(
        'its restrictive policy %s does not hold when %s says %s: %s',
        string_agg(distinct f.quoted, ', '), b.role_quoted, string_agg(distinct b.verb, ', '),
        case
            when bool_or(f.is_covered) then 'it is for other roles'
            else 'its condition does not compare the tenant column with the context'
        end) as what,
    format(
        E'select polname, polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid)\n'
        || 'from pg_policy where not polpermissive and polrelid = %L::regclass;', w.relation_name) as reproduce,
    string_agg(
        distinct
        case
            when f.is_covered then format('%s to public;', w.alter_words)
            else format('%s %s %s;', w.alter_words, f.word, w.condition)
        end,
        E'\n') as fix
-- open_bind: what passes without a sound floor.
from open_bind b
join floor f
    on f.relation = b.relation
    and f.command in ('*', case b.verb when 'SELECT' then 'r' when 'INSERT' then 'a' when 'UPDATE' then 'w' else 'd' end)
join policy_words w on w.policy = f.policy
group by w.relation_name, b.role_name, b.role_quoted
