-- Lines of the wall: what is of the whole database or server and can carry rows out of it or change what runs in it.
create or replace function shikiri_vault.wall_beside() returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
    return query select concat_ws('|', 'guarded', g.schema_name) from shikiri_ops.guarded_schema g;
    return query select concat_ws('|', 'allowed', a.role_name || ' ' || a.may) from shikiri_ops.allowed_role a;

    return query
    select concat_ws('|', 'schema', n.oid::regnamespace, pg_get_userbyid(n.nspowner))
    from pg_namespace n where n.nspname !~ '^pg_(toast|temp)';
    -- Not its name: the same wall in another database is the same wall.
    return query
    select concat_ws('|', 'database', 'itself', pg_get_userbyid(d.datdba), s.spcname,
        to_jsonb(d) - '{oid,datname,datdba,dattablespace,datacl,datfrozenxid,datminmxid,datlastsysoid}'::text[])
    from pg_database d join pg_tablespace s on s.oid = d.dattablespace
    where d.datname = current_database();
    return query
    select concat_ws('|', 'tablespace', quote_ident(s.spcname), pg_get_userbyid(s.spcowner), s.spcoptions,
        pg_tablespace_location(s.oid))
    from pg_tablespace s;
    return query
    select concat_ws('|', 'extension', quote_ident(e.extname), pg_get_userbyid(e.extowner), e.extnamespace::regnamespace,
        e.extversion, e.extrelocatable, e.extconfig::regclass[], e.extcondition)
    from pg_extension e;
    return query
    select concat_ws('|', 'event trigger', quote_ident(t.evtname), t.evtevent, pg_get_userbyid(t.evtowner),
        t.evtfoid::regprocedure, 'enabled', t.evtenabled, t.evttags)
    from pg_event_trigger t;

    return query
    select concat_ws('|', 'publication', quote_ident(p.pubname), pg_get_userbyid(p.pubowner),
        to_jsonb(p) - '{oid,pubname,pubowner}'::text[],
        (select string_agg(concat_ws(' ', r.prrelid::regclass, 'where', pg_get_expr(r.prqual, r.prrelid), 'columns', r.prattrs),
                ',' order by r.prrelid::regclass::text collate "C")
            from pg_publication_rel r where r.prpubid = p.oid),
        (select string_agg(s.pnnspid::regnamespace::text, ',' order by s.pnnspid::regnamespace::text collate "C")
            from pg_publication_namespace s where s.pnpubid = p.oid))
    from pg_publication p;
    -- Where it connects to is a secret, and these are the columns that everybody may read.
    return query
    select concat_ws('|', 'subscription', quote_ident(s.subname), pg_get_userbyid(s.subowner), 'enabled', s.subenabled,
        s.subbinary, s.substream, s.subtwophasestate, s.subdisableonerr, s.subslotname, s.subsynccommit, s.subpublications)
    from pg_subscription s
    where s.subdbid = (select d.oid from pg_database d where d.datname = current_database());
    return query
    select concat_ws('|', 'foreign-data wrapper', quote_ident(w.fdwname), pg_get_userbyid(w.fdwowner),
        nullif(w.fdwhandler, 0)::regprocedure, nullif(w.fdwvalidator, 0)::regprocedure, w.fdwoptions)
    from pg_foreign_data_wrapper w;
    return query
    select concat_ws('|', 'foreign server', quote_ident(s.srvname), pg_get_userbyid(s.srvowner), w.fdwname, s.srvtype,
        s.srvversion, s.srvoptions)
    from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw;
    -- Without its options: a password may be among them.
    return query
    select concat_ws('|', 'user mapping', quote_ident(m.srvname) || ' for ' || quote_ident(m.usename)) from pg_user_mappings m;

    return query
    select concat_ws('|', 'default privileges', concat_ws(' ', 'of', quote_ident(pg_get_userbyid(a.defaclrole)), 'in',
            nullif(a.defaclnamespace, 0)::regnamespace), a.defaclobjtype,
        (select string_agg(x::text, ',' order by x::text collate "C") from unnest(a.defaclacl) x))
    from pg_default_acl a;
    return query
    select concat_ws('|', 'label', concat_ws(' ', l.provider, pg_describe_object(l.classoid, l.objoid, l.objsubid)), l.label)
    from pg_seclabel l;
    return query
    select concat_ws('|', 'label', concat_ws(' ', l.provider, pg_describe_object(l.classoid, l.objoid, 0)), l.label)
    from pg_shseclabel l
    where l.classoid <> 'pg_database'::regclass
        or l.objoid = (select d.oid from pg_database d where d.datname = current_database());
end
$$;
revoke all on function shikiri_vault.wall_beside() from public;
