-- Says that the process of an export is alive.
select shikiri_seal.renew_lease() as state
