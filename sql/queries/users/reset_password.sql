-- Changes another user's password, as a tenant-admin.
select shikiri_seal.reset_password($1, $2, $3, $4) as outcome
