-- Tells, as the checker, which bytes the pages of a reprint came to.
select shikiri_seal.record_reprint($1, $2) as verdict
