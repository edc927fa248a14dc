-- The salt to derive a password with.
select p.salt, p.kdf from shikiri_seal.login_params($1, $2) p
