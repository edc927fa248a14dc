-- Writes the registration to the tenant's audit chain.
select shikiri_seal.note_registered($1, $2) as seq
