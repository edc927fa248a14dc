-- Ends exports whose process is gone.
select shikiri_seal.end_interrupted_exports() as ended
