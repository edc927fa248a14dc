-- Adds a user to a tenant.
select shikiri_ops.add_user($1, $2, $3, $4, $5, $6, $7) as outcome
