-- Writes the import to the tenant's audit chain.
select shikiri_seal.note_slip_import($1, $2, $3, $4, $5) as seq
