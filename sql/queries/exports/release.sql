-- Releases a checked export with its certificate.
select shikiri_seal.release_export($1, $2) as verdict
