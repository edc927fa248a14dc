-- Only a column-level grant on a table without RLS.
-- why: relacl shows nothing; the grant is in pg_attribute.attacl.
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: select customer_name from app.customers;
-- expect: Bando 1

create table app.customers (
    tenant_id uuid not null,
    customer_no text not null,
    customer_name text,
    primary key (tenant_id, customer_no)
);
alter table app.customers owner to fault_owner;
grant select (customer_name) on app.customers to fault_user;
insert into app.customers values ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', '1', 'Bando 1');
