-- Default privileges grant every future table to the app.
-- why: A table added later without ENABLE is readable at once.
-- kind: latent
-- proof-role: postgres
-- proof: begin;
-- proof: set role fault_owner;
-- proof: create table app.later (tenant_id uuid, v text);
-- proof: insert into app.later values ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'b');
-- proof: set role fault_user;
-- proof: select count(*) from app.later;
-- proof: rollback;
-- expect: affected 1 / 1

alter default privileges for role fault_owner in schema app grant select, insert, update, delete on tables to fault_user;
