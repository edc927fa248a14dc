-- The chain's head and the wall, for the certificate of a reprint.
select f.chain_seq, f.chain_hash, f.wall_digest, f.server_version_num from shikiri_seal.reprint_facts($1) f
