-- Globally UNIQUE barcode.
-- why: A duplicate-key error tells tenant A that another tenant has that barcode.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: insert into app.slips values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'A-9', 'x', 1, '2027-01-01', 'bc-B-1');
-- expect: error 23505

alter table app.slips add column barcode text;
update app.slips set barcode = 'bc-' || slip_no;
alter table app.slips add constraint slips_barcode_key unique (barcode);
