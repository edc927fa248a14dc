-- Changes the actor's own password.
select shikiri_seal.change_own_password($1, $2, $3, $4, $5, $6) as outcome
