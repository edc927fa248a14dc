-- Writes down what was printed of an export.
select r.outcome, r.report_number from shikiri_seal.report_print($1, $2, $3) r
