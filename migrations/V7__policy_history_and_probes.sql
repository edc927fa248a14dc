-- What the wall looked like, whenever it was seen to have changed; and billers that exist to be looked for.
set local role shikiri_keeper;

-- Made by `shikiri audit`: real billers with no customer, which prove that another tenant's rows are there. They are
-- in nobody's figures: the operator's policies leave them out.
alter table shikiri_ops.tenant add column is_probe boolean not null default false;

-- A wall as the lines its digest is made of: two of them differ where somebody gained or lost something.
create table shikiri_ops.wall (
    wall_id integer generated always as identity primary key,
    seen_at timestamptz not null default clock_timestamp(),
    origin text not null,
    wall_digest text not null,
    lines text[] not null,
    constraint origin_is_known check (origin in ('migrate', 'audit'))
);
create index wall_by_digest on shikiri_ops.wall (wall_digest);
