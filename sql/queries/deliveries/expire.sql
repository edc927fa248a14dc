-- Ends the time of files that were kept as long as they should be.
select shikiri_seal.expire_exports() as ended
