-- Takes a slip out of payment: void, or superseded by its next issue.
select shikiri_seal.withdraw_slip($1, $2, $3, $4) as outcome
