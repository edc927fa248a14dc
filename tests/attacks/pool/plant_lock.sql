-- A lock of the session and a setting, left by a sub-select.
select pg_advisory_lock(7)::text || set_config('statement_timeout', '1234ms', false) as planted
