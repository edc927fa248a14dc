-- Releases a reprint.
select shikiri_seal.finish_reprint($1, $2, $3, $4, $5) as verdict
