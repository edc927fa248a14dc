-- Disables a user and ends their sessions.
select shikiri_ops.disable_user($1, $2) as outcome
