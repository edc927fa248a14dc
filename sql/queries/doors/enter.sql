-- Seals the transaction to a session's tenant.
select shikiri_seal.enter($1) as entered
