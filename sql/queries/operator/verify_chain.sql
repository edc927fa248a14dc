-- Computes a biller's audit chain again.
select v.outcome, v.events, v.bad_seq, v.head_hash from shikiri_ops.verify_chain($1) v
