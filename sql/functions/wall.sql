-- What the wall looks like right now, as lines and as one digest, and what it looked like when it was built.
-- Whole catalogues as they concern our objects and roles, a line for each row, numbers replaced by names. What is not in
-- it is listed with its reason in shikiri_vault.wall_left_out(). A line begins with its kind and its name.
create or replace function shikiri_seal.wall_lines() returns setof text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it record;
begin
    select s.schemas, s.our_roles, s.relations, s.functions, s.types into it from shikiri_vault.wall_scope() s;
    return query
    select w.line
    from (
        select shikiri_vault.wall_tables(it.relations)
        union all
        select shikiri_vault.wall_code(it.functions, it.types)
        union all
        select shikiri_vault.wall_beside()
        union all
        select shikiri_vault.wall_roles(it.our_roles)
        union all
        select shikiri_vault.wall_grants(it.schemas, it.our_roles, it.relations, it.functions)
    ) w (line)
    order by w.line collate "C";
end
$$;
revoke all on function shikiri_seal.wall_lines() from public;
grant execute on function shikiri_seal.wall_lines() to shikiri_app, shikiri_operator, shikiri_auditor;

create or replace function shikiri_seal.wall_digest() returns text
language sql stable security invoker
set search_path = pg_catalog, pg_temp
as $$
    select encode(sha256(convert_to(string_agg(w.line, chr(10) order by w.line collate "C"), 'UTF8')), 'hex')
    from shikiri_seal.wall_lines() w (line)
$$;
revoke all on function shikiri_seal.wall_digest() from public;
grant execute on function shikiri_seal.wall_digest() to shikiri_app, shikiri_operator, shikiri_auditor;

-- For /readyz: the last deployment, beside the live digest and the server's version.
create or replace function shikiri_seal.wall_state(
    out live_digest text, out deployed_digest text, out source_digest text, out server_version_num integer,
    out seal text) returns record
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    live_digest := shikiri_seal.wall_digest();
    select d.wall_digest, d.source_digest into deployed_digest, source_digest
    from shikiri_ops.deployment d order by d.deployment_id desc limit 1;
    server_version_num := current_setting('server_version_num')::integer;
    seal := shikiri_vault.seal_way();
end
$$;
revoke all on function shikiri_seal.wall_state() from public;
grant execute on function shikiri_seal.wall_state() to shikiri_app, shikiri_operator, shikiri_auditor;

-- What differs from the last deployment, in words: what it is, its name, and whether it is new, gone or changed.
create or replace function shikiri_seal.wall_differences() returns setof text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    was text[];
begin
    select w.lines into was
    from shikiri_ops.wall w
    where w.wall_digest = (select d.wall_digest from shikiri_ops.deployment d order by d.deployment_id desc limit 1)
    order by w.wall_id desc limit 1;
    if was is null then
        return next 'the lines of the last deployment were not kept: what differs cannot be said';
        return;
    end if;
    return query
    with live (line) as materialized (
        select l.line from shikiri_seal.wall_lines() l (line)
    ),
    one (line, is_live) as (
        (select l.line, true from live l except select unnest(was), true)
        union all
        (select unnest(was), false except select l.line, false from live l)
    )
    select concat(split_part(o.line, '|', 1), ' ', split_part(o.line, '|', 2),
        case when bool_and(o.is_live) then ' is new' when bool_or(o.is_live) then ' has changed' else ' is gone' end)
    from one o
    group by split_part(o.line, '|', 1), split_part(o.line, '|', 2)
    order by split_part(o.line, '|', 1) collate "C", split_part(o.line, '|', 2) collate "C";
end
$$;
revoke all on function shikiri_seal.wall_differences() from public;
grant execute on function shikiri_seal.wall_differences() to shikiri_app, shikiri_operator, shikiri_auditor;

-- Writes the live wall down, unless it is the one that was written down last. Answers whether it was new.
create or replace function shikiri_ops.record_wall(p_origin text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    live text := shikiri_seal.wall_digest();
    last text;
begin
    -- A lock that no login can take: an advisory one could be held by anybody.
    lock table shikiri_ops.wall in share row exclusive mode;
    select w.wall_digest into last from shikiri_ops.wall w order by w.wall_id desc limit 1;
    if last is not distinct from live then
        return false;
    end if;
    insert into shikiri_ops.wall (origin, wall_digest, lines)
    values (p_origin, live, array(select l.line from shikiri_seal.wall_lines() l (line)));
    return true;
end
$$;
revoke all on function shikiri_ops.record_wall(text) from public;
grant execute on function shikiri_ops.record_wall(text) to shikiri_operator;
