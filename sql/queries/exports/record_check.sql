-- Records the second computation, as the checker.
select shikiri_seal.record_check($1, $2, $3, $4) as agrees
