-- Personal data stand under a user's id: no tenant column, no row security.
-- why: nothing says whose a row is, and everybody has the grant
-- kind: leak
-- proof-role: fault_user
-- proof: select count(*) from app.user_consents
-- expect: 2

create table app.user_consents (
    user_id uuid not null,
    doc text not null,
    ip text not null,
    primary key (user_id, doc)
);
alter table app.user_consents owner to fault_owner;
insert into app.user_consents values
    ('cccccccc-cccc-4ccc-8ccc-cccccccccccc', 'tos', '203.0.113.5'),
    ('dddddddd-dddd-4ddd-8ddd-dddddddddddd', 'tos', '198.51.100.9');
grant select, insert, update, delete on app.user_consents to fault_user;
