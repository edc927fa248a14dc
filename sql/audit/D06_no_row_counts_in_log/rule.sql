-- pgaudit is absent, or does not log row counts: after an incident nobody can say how many rows left.
select
    'database ' || quote_ident(current_database()) as object,
    null::text as role_name,
    case
        when current_setting('pgaudit.log_rows', true) is null
            then 'pgaudit is not loaded: the server''s log cannot say which statement gave how many rows'
        else 'pgaudit.log_rows is off: the server''s log says which statements ran, not how many rows they gave'
    end as what,
    E'-- any login\nselect current_setting(''pgaudit.log_rows'', true); -- null or off' as reproduce,
    E'-- shared_preload_libraries = ''pgaudit'', then\nalter system set pgaudit.log_rows = on;' as fix
where coalesce(current_setting('pgaudit.log_rows', true), 'off') <> 'on'
