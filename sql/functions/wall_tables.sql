-- Lines of the wall: relations with their columns, keys, indexes, triggers, rules and policies.
create or replace function shikiri_vault.wall_tables(p_relations oid[]) returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
    return query
    select concat_ws('|', 'table', c.oid::regclass, c.relkind, pg_get_userbyid(c.relowner), 'rls', c.relrowsecurity,
        c.relforcerowsecurity, 'persistence', c.relpersistence, 'replica identity', c.relreplident,
        'partition', c.relispartition, pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid),
        'options', c.reloptions, t.reloptions, 'filled', c.relispopulated, 'shared', c.relisshared,
        'of', nullif(c.reloftype, 0)::regtype, 'method', m.amname, 'tablespace', s.spcname,
        'foreign', (
            select concat_ws(' ', v.srvname, f.ftoptions)
            from pg_foreign_table f join pg_foreign_server v on v.oid = f.ftserver where f.ftrelid = c.oid))
    from pg_class c
    left join pg_class t on t.oid = c.reltoastrelid
    left join pg_am m on m.oid = c.relam
    left join pg_tablespace s on s.oid = c.reltablespace
    where c.oid = any (p_relations);

    return query
    select concat_ws('|', 'column', a.attrelid::regclass || '.' || quote_ident(a.attname), a.attnum,
        format_type(a.atttypid, a.atttypmod), case when l.collname <> 'default' then a.attcollation::regcollation end,
        'not null', a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid), 'generated', a.attgenerated, a.attidentity,
        'storage', a.attstorage, a.attcompression, 'statistics', coalesce(a.attstattarget, -1),
        -- Without the number that a change of type leaves here on some servers.
        case when a.attoptions::text like '%pg_attver=%'
            then nullif(array(select o from unnest(a.attoptions) o where o not like 'pg_attver=%'), '{}') else a.attoptions end,
        a.attfdwoptions,
        'inherited', a.attislocal, a.attinhcount, 'dimensions', a.attndims)
    from pg_attribute a
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_collation l on l.oid = a.attcollation
    where a.attrelid = any (p_relations) and a.attnum > 0 and not a.attisdropped;

    return query
    select concat_ws('|', 'index', i.indexrelid::regclass, pg_get_indexdef(i.indexrelid), pg_get_userbyid(c.relowner),
        'primary', i.indisprimary, i.indisunique, i.indisexclusion, 'at once', i.indimmediate, 'clustered', i.indisclustered,
        'valid', i.indisvalid, i.indisready, i.indislive, 'replica identity', i.indisreplident, 'tablespace', s.spcname,
        'statistics', (
            select string_agg(concat_ws(' ', a.attname, a.attstattarget, a.attoptions), ',' order by a.attnum)
            from pg_attribute a
            where a.attrelid = i.indexrelid and (coalesce(a.attstattarget, -1) <> -1 or a.attoptions is not null)))
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    left join pg_tablespace s on s.oid = c.reltablespace
    where i.indrelid = any (p_relations);

    return query
    select concat_ws('|', 'key', quote_ident(k.conname) || ' of ' || k.conrelid::regclass, k.contype,
        pg_get_constraintdef(k.oid), 'valid', k.convalidated, 'deferred', k.condeferrable, k.condeferred,
        'inherited', k.connoinherit, k.conislocal, k.coninhcount)
    from pg_constraint k
    where k.conrelid = any (p_relations);

    -- Those that Postgres makes for a key are called by their number: here by their key.
    return query
    select concat_ws('|', 'trigger', t.tgrelid::regclass || ' ' || case
            when t.tgisinternal then concat_ws(' ', 'for', k.conname, t.tgfoid::regproc, t.tgtype) else quote_ident(t.tgname) end,
        'enabled', t.tgenabled, t.tgdeferrable, t.tginitdeferred,
        case when not t.tgisinternal then pg_get_triggerdef(t.oid) end)
    from pg_trigger t
    left join pg_constraint k on k.oid = t.tgconstraint
    where t.tgrelid = any (p_relations);

    return query
    select concat_ws('|', case when w.rulename = '_RETURN' then 'view' else 'rule' end,
        w.ev_class::regclass || case when w.rulename = '_RETURN' then '' else ' ' || quote_ident(w.rulename) end,
        'enabled', w.ev_enabled, pg_get_ruledef(w.oid))
    from pg_rewrite w
    where w.ev_class = any (p_relations);

    return query
    select concat_ws('|', 'policy', quote_ident(p.polname) || ' of ' || p.polrelid::regclass, p.polpermissive, p.polcmd,
        (select string_agg(case when r = 0 then 'public' else pg_get_userbyid(r) end, ','
                order by pg_get_userbyid(r)::text collate "C")
            from unnest(p.polroles) r),
        'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
    from pg_policy p
    where p.polrelid = any (p_relations);

    return query
    select concat_ws('|', 'inherits', i.inhrelid::regclass || ' from ' || i.inhparent::regclass, i.inhseqno, i.inhdetachpending)
    from pg_inherits i
    where i.inhrelid = any (p_relations);

    return query
    select concat_ws('|', 'sequence', q.seqrelid::regclass, format_type(q.seqtypid, null), q.seqstart, q.seqincrement,
        q.seqmin, q.seqmax, q.seqcache, q.seqcycle)
    from pg_sequence q
    where q.seqrelid = any (p_relations);

    return query
    select concat_ws('|', 'statistics', s.stxnamespace::regnamespace || '.' || quote_ident(s.stxname),
        pg_get_statisticsobjdef(s.oid), pg_get_userbyid(s.stxowner), s.stxstattarget)
    from pg_statistic_ext s
    where s.stxrelid = any (p_relations);
end
$$;
revoke all on function shikiri_vault.wall_tables(oid[]) from public;
