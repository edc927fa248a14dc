-- Attack 60: the seal of this transaction is left as a setting of the session.
select set_config('shikiri.seal', coalesce(nullif(current_setting('shikiri.seal', true), ''), current_setting('backtrace_functions')), false)
