-- Writes the settlement file to the tenant's audit chain.
select shikiri_seal.note_payment_import($1, $2, $3, $4, $5) as seq
