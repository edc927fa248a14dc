-- Commits to one guess at the actor's own password.
select shikiri_seal.begin_proof($1) as attempt_id
