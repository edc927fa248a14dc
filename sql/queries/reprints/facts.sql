-- The chain's head, the wall and the checked bytes, for the certificate of a reprint.
select f.chain_seq, f.chain_hash, f.wall_digest, f.server_version_num, f.sha256, f.bytes from shikiri_seal.reprint_facts() f
