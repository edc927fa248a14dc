-- Attack 60: the seal of this transaction is left as a setting of the session.
select set_config('shikiri.seal', current_setting('shikiri.seal'), false)
