-- The table of tenants has the key "id", secrets, and no row security.
-- why: it has no tenant column, so nothing that looks for one looks at it
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
-- proof: select count(*) from app.companies where stripe_key = 'sk_bbbbbbbb'
-- expect: 1

create table app.companies (
    id uuid primary key,
    name text not null,
    stripe_key text not null
);
alter table app.companies owner to fault_owner;
insert into app.companies values
    ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'Company Awaji', 'sk_aaaaaaaa'), ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'Company Bando', 'sk_bbbbbbbb');
grant select, update on app.companies to fault_user;
