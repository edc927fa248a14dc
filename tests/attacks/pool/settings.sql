-- Attack 66: settings of the session are left on the connection.
select set_config('statement_timeout', '1234ms', false) || set_config('search_path', 'pg_temp', false)
