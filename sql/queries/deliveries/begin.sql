-- Writes a fetch down, in the ledger and the chain, before its first byte is sent.
select shikiri_seal.begin_fetch($1, $2, $3) as ticket
