-- Column grants meant to hide bank_account, defeated by a table-wide grant.
-- why: The column list looks like a boundary but the older table grant reaches every column.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select bank_account from app.slips limit 1;
-- expect: 0001-1234567

alter table app.slips add column bank_account text;
update app.slips set bank_account = '0001-1234567';
grant select (tenant_id, slip_no, customer_name, amount, due_date) on app.slips to fault_user;
