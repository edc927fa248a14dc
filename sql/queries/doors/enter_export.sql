-- Seals the transaction to one export.
select shikiri_seal.enter_export($1) as entered
