-- Ends the time of a file early.
select shikiri_seal.discard_export($1) as was
