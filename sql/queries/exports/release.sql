-- Releases a checked export.
select shikiri_seal.release_export() as verdict
