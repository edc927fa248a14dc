-- Gives a user a new password and ends their sessions.
select shikiri_ops.reset_user($1, $2, $3, $4, $5) as outcome
