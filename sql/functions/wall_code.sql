-- Lines of the wall: functions, types, operators and what else decides how an expression is computed.
create or replace function shikiri_vault.wall_code(p_functions oid[], p_types oid[]) returns setof text
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
    return query
    select concat_ws('|', 'function', p.oid::regprocedure, p.prokind, pg_get_userbyid(p.proowner), l.lanname,
        'definer', p.prosecdef, 'leakproof', p.proleakproof, 'strict', p.proisstrict, 'volatility', p.provolatile,
        'parallel', p.proparallel, 'cost', p.procost, 'rows', p.prorows, p.prosupport, 'settings', p.proconfig,
        'takes', pg_get_function_arguments(p.oid), 'gives', pg_get_function_result(p.oid), p.protrftypes,
        encode(sha256(convert_to(concat_ws('|', p.prosrc, p.probin, pg_get_function_sqlbody(p.oid)), 'UTF8')), 'hex'),
        to_jsonb(a) - '{aggfnoid,aggsortop,aggtranstype,aggmtranstype}'::text[],
        nullif(a.aggsortop, 0)::regoperator, nullif(a.aggtranstype, 0)::regtype, nullif(a.aggmtranstype, 0)::regtype)
    from pg_proc p
    join pg_language l on l.oid = p.prolang
    left join pg_aggregate a on a.aggfnoid = p.oid
    where p.oid = any (p_functions);

    -- Postgres's own functions, as one line: what a superuser altered among three thousand of them.
    return query
    select concat_ws('|', 'functions', 'of PostgreSQL', count(*), sum(hash_record_extended(row(p.oid, p.proname, p.pronamespace,
        p.proowner, p.prolang, p.procost, p.prorows, p.prosupport::oid, p.prosecdef, p.proleakproof, p.proisstrict, p.provolatile,
        p.proparallel, p.prosrc, p.proconfig), 0)))
    from pg_proc p
    where p.oid < 16384;

    return query
    select concat_ws('|', 'type', t.oid::regtype, t.typtype, pg_get_userbyid(t.typowner), t.typcategory, t.typispreferred,
        t.typisdefined, t.typdelim, t.typlen, t.typbyval, t.typalign, t.typstorage, 'not null', t.typnotnull,
        'base', format_type(nullif(t.typbasetype, 0), t.typtypmod), t.typndims, t.typcollation::regcollation,
        'default', t.typdefault, t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze,
        t.typsubscript, nullif(t.typelem, 0)::regtype,
        (select string_agg(quote_literal(e.enumlabel), ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
        (select concat_ws(' ', r.rngsubtype::regtype, r.rngmultitypid::regtype, r.rngcollation::regcollation, o.opcname,
                r.rngcanonical, r.rngsubdiff)
            from pg_range r join pg_opclass o on o.oid = r.rngsubopc where r.rngtypid = t.oid),
        (select string_agg(concat_ws(' ', k.conname, pg_get_constraintdef(k.oid), k.convalidated), ',' order by k.conname)
            from pg_constraint k where k.contypid = t.oid))
    from pg_type t
    where t.oid = any (p_types);

    return query
    select concat_ws('|', 'language', l.lanname, pg_get_userbyid(l.lanowner), 'trusted', l.lanpltrusted, l.lanispl,
        nullif(l.lanplcallfoid, 0)::regprocedure, nullif(l.laninline, 0)::regprocedure, nullif(l.lanvalidator, 0)::regprocedure)
    from pg_language l;
    return query
    select concat_ws('|', 'cast', format_type(c.castsource, null) || ' as ' || format_type(c.casttarget, null),
        nullif(c.castfunc, 0)::regprocedure, c.castcontext, c.castmethod)
    from pg_cast c where c.oid >= 16384;
    return query
    select concat_ws('|', 'transform', format_type(f.trftype, null) || ' for ' || l.lanname, f.trffromsql, f.trftosql)
    from pg_transform f join pg_language l on l.oid = f.trflang;
    return query
    select concat_ws('|', 'operator', o.oid::regoperator, pg_get_userbyid(o.oprowner), o.oprkind, o.oprcanmerge, o.oprcanhash,
        o.oprcode, o.oprrest, o.oprjoin, format_type(o.oprleft, null), format_type(o.oprright, null),
        format_type(o.oprresult, null), nullif(o.oprcom, 0)::regoperator, nullif(o.oprnegate, 0)::regoperator)
    from pg_operator o where o.oid >= 16384;
    return query
    select concat_ws('|', 'operators', 'of PostgreSQL', count(*), sum(hash_record_extended(row(o.oid, o.oprname, o.oprcode::oid,
        o.oprrest::oid, o.oprjoin::oid, o.oprcom, o.oprnegate, o.oprowner, o.oprcanmerge, o.oprcanhash), 0)))
    from pg_operator o where o.oid < 16384;
    return query
    select concat_ws('|', 'operator class', c.opcnamespace::regnamespace || '.' || quote_ident(c.opcname) || ' for ' || m.amname,
        pg_get_userbyid(c.opcowner), c.opcdefault, c.opcintype::regtype, nullif(c.opckeytype, 0)::regtype, f.opfname)
    from pg_opclass c join pg_am m on m.oid = c.opcmethod join pg_opfamily f on f.oid = c.opcfamily
    where c.oid >= 16384;
    -- A family's members, also what was added to one of Postgres's own.
    return query
    select concat_ws('|', 'operator family', f.opfnamespace::regnamespace || '.' || quote_ident(f.opfname) || ' for ' || m.amname,
        pg_get_userbyid(f.opfowner),
        (select string_agg(concat_ws(' ', o.amopstrategy, o.amoppurpose, o.amopopr::regoperator, o.amoplefttype::regtype,
                o.amoprighttype::regtype, s.opfname), ',' order by o.amoppurpose, o.amopstrategy, o.amopopr::regoperator::text)
            from pg_amop o left join pg_opfamily s on s.oid = o.amopsortfamily
            where o.amopfamily = f.oid and o.oid >= 16384),
        (select string_agg(concat_ws(' ', p.amprocnum, p.amproc::regprocedure, p.amproclefttype::regtype,
                p.amprocrighttype::regtype), ',' order by p.amprocnum, p.amproc::regprocedure::text)
            from pg_amproc p where p.amprocfamily = f.oid and p.oid >= 16384))
    from pg_opfamily f join pg_am m on m.oid = f.opfmethod
    where f.oid >= 16384
        or exists (select from pg_amop o where o.amopfamily = f.oid and o.oid >= 16384)
        or exists (select from pg_amproc p where p.amprocfamily = f.oid and p.oid >= 16384);
    return query
    select concat_ws('|', 'access method', m.amname, m.amhandler, m.amtype) from pg_am m where m.oid >= 16384;
    return query
    select concat_ws('|', 'collation', c.collnamespace::regnamespace || '.' || quote_ident(c.collname) || ' ' || c.collencoding,
        pg_get_userbyid(c.collowner), to_jsonb(c) - '{oid,collname,collnamespace,collowner,collencoding}'::text[])
    from pg_collation c where c.oid >= 16384;
    return query
    select concat_ws('|', 'conversion', c.connamespace::regnamespace || '.' || quote_ident(c.conname),
        pg_get_userbyid(c.conowner), c.conforencoding, c.contoencoding, c.conproc, c.condefault)
    from pg_conversion c where c.oid >= 16384;
    return query
    select concat_ws('|', 'text search parser', p.prsnamespace::regnamespace || '.' || quote_ident(p.prsname), p.prsstart,
        p.prstoken, p.prsend, p.prsheadline, p.prslextype)
    from pg_ts_parser p where p.oid >= 16384;
    return query
    select concat_ws('|', 'text search template', t.tmplnamespace::regnamespace || '.' || quote_ident(t.tmplname), t.tmplinit,
        t.tmpllexize)
    from pg_ts_template t where t.oid >= 16384;
    return query
    select concat_ws('|', 'text search dictionary', d.oid::regdictionary, pg_get_userbyid(d.dictowner), t.tmplname,
        d.dictinitoption)
    from pg_ts_dict d join pg_ts_template t on t.oid = d.dicttemplate where d.oid >= 16384;
    return query
    select concat_ws('|', 'text search configuration', c.oid::regconfig, pg_get_userbyid(c.cfgowner), p.prsname,
        (select string_agg(concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::regdictionary), ','
                order by m.maptokentype, m.mapseqno)
            from pg_ts_config_map m where m.mapcfg = c.oid))
    from pg_ts_config c join pg_ts_parser p on p.oid = c.cfgparser where c.oid >= 16384;
end
$$;
revoke all on function shikiri_vault.wall_code(oid[], oid[]) from public;
