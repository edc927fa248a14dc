-- Sets what a biller's slips say of their issuer.
select shikiri_ops.set_issuer($1, $2, $3, $4, $5, $6) as found
