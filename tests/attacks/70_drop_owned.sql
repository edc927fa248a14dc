-- DROP OWNED BY oneself edits policies of tables one does not own (CVE-2026-116311, fixed in 18.7 and 15.20).
-- vector: the application's role drops what it owns, inside A's transaction
-- expect: no row of B, whatever is left of the policies; committed, it locks everybody out until `migrate` (availability)

-- as: a
-- side-effect: a role may drop its own grants
drop owned by current_user

-- sqlstate: 00000 42501
select s.tenant_id, s.customer_name from shikiri.slip s where s.tenant_id <> :id_of_a

rollback

-- as: a
-- rows: 1
select s.tenant_id from shikiri.slip s group by s.tenant_id
