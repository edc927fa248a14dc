-- A globally unique barcode, and a policy for UPDATE that asks for no tenant: an upsert changes another tenant's row.
-- why: ON CONFLICT DO UPDATE meets the row of whoever has the value, and the policy lets it be changed. No error tells of it.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: insert into app.slips values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'A-9', 'x', 1, '2027-01-01', 'bc-B-1') on conflict (barcode) do update set amount = excluded.amount;
-- expect: affected 1

alter table app.slips add column barcode text;
update app.slips set barcode = 'bc-' || slip_no;
alter table app.slips add constraint slips_barcode_key unique (barcode);
drop policy tenant_isolation on app.slips;
create policy tenant_reads on app.slips for select to fault_user using (true);
create policy tenant_inserts on app.slips for insert to fault_user
    with check (tenant_id = (select app.current_tenant()));
create policy tenant_updates on app.slips for update to fault_user using (true) with check (true);
create policy tenant_deletes on app.slips for delete to fault_user using (tenant_id = (select app.current_tenant()));
