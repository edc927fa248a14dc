-- The wall as it stands in this transaction's snapshot, and when that was taken.
select shikiri_seal.wall_digest() as wall_digest, pg_catalog.transaction_timestamp() as taken_at
