-- Releases a reprint.
select shikiri_seal.finish_reprint($1, $2) as verdict
