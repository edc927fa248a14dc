-- Writes to the tenant's audit chain that a file with lines of another biller was refused.
select shikiri_seal.note_foreign_payments($1, $2, $3, $4) as seq
