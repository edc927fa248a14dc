-- The naive twin's table: what the wall replaces. Every tenant in it, and nothing that tells them apart but a filter.
create schema naive;
create table naive.slip (
    tenant_id integer not null,
    bill_number text collate "C" not null,
    reissue_number smallint not null,
    customer_number text not null,
    customer_name text not null,
    due_date date,
    revenue_stamp boolean not null,
    amount_yen integer not null,
    primary key (bill_number, reissue_number)
);
create index slip_of_tenant on naive.slip (tenant_id, bill_number, reissue_number);
-- One role for the application. It may read every row, as such roles do.
grant usage on schema naive to naive_app;
grant select, insert on naive.slip to naive_app;
-- Bootstrap has closed the database to everybody it does not know.
do $$
begin
    execute format('grant connect on database %I to naive_app', current_database());
end
$$;
