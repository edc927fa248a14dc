-- Adds a user, as a tenant-admin.
select a.outcome, a.user_id from shikiri_seal.add_user($1, $2, $3, $4, $5, $6) a
