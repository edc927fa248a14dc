-- What the wall's digest leaves out, and why. Whatever a catalogue has besides is in a line; a test compares the two.

-- `columns` is null where a whole catalogue is meant. A column of a newer PostgreSQL that nobody thought of fails the test.
create or replace function shikiri_vault.wall_left_out(out catalogue text, out columns text[], out why text)
    returns setof record
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    values
        -- What changes by itself, without anybody's command about the wall.
        ('pg_class', '{relfilenode,relpages,reltuples,relallvisible,relallfrozen,relfrozenxid,relminmxid,relrewrite}'::text[],
            'vacuum, analyze and rewriting a table change them'),
        ('pg_class', '{relhasindex,relhasrules,relhastriggers,relhassubclass,relnatts,relchecks}',
            'hints and counts: what they hint at has lines of its own, and a dropped thing leaves its trace in them'),
        ('pg_database', '{datfrozenxid,datminmxid}', 'vacuum changes them'),
        ('pg_database', '{datname}', 'the same wall in another database is the same wall'),
        ('pg_database', '{datlastsysoid}', 'a number that Postgres no longer uses'),
        ('pg_index', '{indcheckxmin}', 'a hint about old snapshots, which goes away'),
        ('pg_attribute', '{attcacheoff,atthasdef,atthasmissing,attmissingval}',
            'of the moment, or how an old default is stored; the default has its own text'),
        ('pg_statistic', null, 'rows of tables as the planner sees them: analyze changes it; what it may hold is a line (targets)'),
        ('pg_statistic_ext_data', null, 'as pg_statistic'),
        ('pg_subscription_rel', null, 'how far each table has been copied'),
        ('pg_replication_origin', null, 'how far a replica has come; no DDL makes it'),
        ('pg_largeobject', null, 'contents; who may read an object is a line'),

        -- What another text of the same line says.
        ('pg_class', '{relname,reltype}', 'said by the name of the relation'),
        ('pg_attribute', '{attlen,attbyval,attalign}', 'said by the type'),
        ('pg_constraint', '{conindid,conparentid,confrelid,confupdtype,confdeltype,confmatchtype,conkey,confkey,conpfeqop,'
            'conppeqop,conffeqop,confdelsetcols,conexclop,conbin,conenforced,conperiod}', 'said by pg_get_constraintdef'),
        ('pg_index', '{indnatts,indnkeyatts,indnullsnotdistinct,indkey,indcollation,indclass,indoption,indexprs,indpred}',
            'said by pg_get_indexdef'),
        ('pg_partitioned_table', null, 'said by pg_get_partkeydef; a default partition by its own bound'),
        ('pg_proc', '{provariadic,proretset,pronargs,pronargdefaults,prorettype,proargtypes,proallargtypes,proargmodes,'
            'proargnames,proargdefaults,prosqlbody}', 'said by pg_get_function_arguments, _result and _sqlbody'),
        ('pg_rewrite', '{ev_type,is_instead,ev_qual,ev_action}', 'said by pg_get_ruledef'),
        ('pg_statistic_ext', '{stxkeys,stxkind,stxexprs}', 'said by pg_get_statisticsobjdef'),
        ('pg_trigger', '{tgparentid,tgconstrrelid,tgconstrindid,tgnargs,tgattr,tgargs,tgqual,tgoldtable,tgnewtable}',
            'said by pg_get_triggerdef, or by the key that the trigger serves'),
        ('pg_type', '{typname,typdefaultbin}', 'said by the name and by the default'),
        ('pg_aggregate', '{aggfnoid}', 'said by the name'),
        ('pg_amop', '{amopmethod}', 'said by the operator family'),
        ('pg_operator', '{oprnamespace}', 'said by the name'),
        ('pg_ts_config', '{cfgname,cfgnamespace}', 'said by the name'),
        ('pg_ts_dict', '{dictname,dictnamespace}', 'said by the name'),
        ('pg_init_privs', '{privtype}', 'not judged: it is what grants on Postgres''s own objects are compared with'),
        ('pg_authid', '{rolinherit,rolcreatedb,rolcanlogin,rolconnlimit}', 'read from pg_roles'),
        ('pg_depend', '{refobjsubid}', 'not judged: it is how what stands beside is found'),
        ('pg_shdepend', null, 'kept by Postgres beside owners and grants, which are lines'),

        -- What nobody but a superuser may read, and must not be shown.
        ('pg_authid', '{rolpassword}', 'a secret; a login may change its own'),
        ('pg_subscription', '{subconninfo}', 'a secret'),
        ('pg_user_mapping', null, 'its options may be secrets; server and user are read from pg_user_mappings'),

        -- What has no effect on who sees what.
        ('pg_description', null, 'comments'),
        ('pg_shdescription', null, 'comments'),
        ('pg_subscription', '{subskiplsn,subpasswordrequired,subrunasowner,subfailover,suborigin}',
            'how a subscription fetches; that there is one, whose it is and whether it runs is a line')
$$;
revoke all on function shikiri_vault.wall_left_out() from public;
