-- Commits to one guess at a login.
select shikiri_seal.begin_login($1, $2, $3) as attempt_id
