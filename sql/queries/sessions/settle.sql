-- Counts guesses that were committed and were wrong.
select shikiri_seal.settle_logins() as settled
