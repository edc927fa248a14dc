-- Ends an export without a release.
select shikiri_seal.fail_export($1, $2)::text as verdict
