-- Ends a reprint that could not be made.
select shikiri_seal.fail_reprint($1, $2) as verdict
