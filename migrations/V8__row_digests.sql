-- The manifest down to the row: what each row of a page hashes to, where the page lies in the file, and where a second
-- computation first differed.
set local role shikiri_owner;

-- Goes into every row's digest, so that digests of two exports cannot be compared, and a digest without its salt tells
-- nothing that could be guessed. None for an export of an earlier version.
alter table shikiri.export
    add column rows_salt bytea,
    add constraint rows_salt_has_sixteen_bytes check (octet_length(rows_salt) = 16);

alter table shikiri.export_page
    add column row_digests bytea,
    add column first_byte bigint,
    add column last_byte bigint,
    -- One digest after the other, 32 bytes each: the page's digest is that of this list.
    add constraint row_digests_are_of_the_rows check (
        row_digests is null or (octet_length(row_digests) = 32 * row_count and page_digest = sha256(row_digests))),
    add constraint page_bytes_have_both_ends check (
        (first_byte is null) = (last_byte is null) and (first_byte is null or first_byte between 0 and last_byte));
-- Hashes do not compress.
alter table shikiri.export_page alter column row_digests set storage external;

alter table shikiri.export_check
    add column first_row integer,
    add column first_page integer,
    add constraint a_difference_has_a_page check ((first_row is null) = (first_page is null)),
    add constraint what_agrees_has_no_difference check (not agrees or first_row is null);

do $$
declare
    c record;
begin
    for c in
        select a.attrelid::regclass as tab, a.attname
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_class t on t.oid = a.attrelid
        where t.relnamespace = 'shikiri'::regnamespace and t.relkind = 'r' and a.attnum > 0 and not a.attisdropped
            and (
                (t.relname = 'export' and a.attname = 'rows_salt')
                or (t.relname = 'export_page' and a.attname in ('row_digests', 'first_byte', 'last_byte'))
                or (t.relname = 'export_check' and a.attname in ('first_row', 'first_page')))
    loop
        execute format('alter table %s alter column %I set statistics 0', c.tab, c.attname);
    end loop;
end
$$;

-- The history of migrations is the keeper's.
set local role shikiri_keeper;
