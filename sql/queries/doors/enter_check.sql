-- Seals the checker's transaction to one export.
select shikiri_seal.enter_check($1) as entered
