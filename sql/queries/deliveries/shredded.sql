-- Writes down that the keys of these files are destroyed.
select shikiri_seal.note_shredded($1, $2) as shredded
