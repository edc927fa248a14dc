-- Replaces the seal's key; transactions under way keep the one before.
select shikiri_ops.rotate_seal_key() as kid
