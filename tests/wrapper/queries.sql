-- The battery: `-- name [write] [null] [sk001]` and a query. $1 is one of the biller's bill numbers (NULL with `null`), $2 is 5.
-- `sk001` marks a query that calls the seal where the planner runs it: it may be refused, never answered wrongly.

-- point
select s.tenant_id, s.customer_name from shikiri.slip s where s.bill_number = $1::text and s.reissue_number = 0
-- page
select s.tenant_id, s.bill_number, s.customer_name from shikiri.slip s where s.bill_number >= $1::text order by s.bill_number, s.reissue_number limit 20
-- page_by_row
select s.tenant_id, s.bill_number from shikiri.slip s where (s.bill_number, s.reissue_number) > ($1::text, 0::smallint) order by s.bill_number, s.reissue_number limit $2::integer
-- page_backwards
select s.tenant_id, s.bill_number from shikiri.slip s order by s.bill_number desc, s.reissue_number desc limit 20
-- offset
select s.tenant_id, s.bill_number from shikiri.slip s order by s.bill_number limit 5 offset 3
-- all
select s.tenant_id, s.bill_number, s.customer_name from shikiri.slip s
-- count
select min(s.tenant_id) as tenant_id_min, count(*) from shikiri.slip s
-- count_bare
select count(*) from shikiri.slip s
-- sums
select min(s.tenant_id), sum(s.amount_yen), avg(s.amount_yen), count(distinct s.customer_number) from shikiri.slip s
-- constant
select 1 as one
-- constants
select * from (values (1, 'a'), (2, 'b')) v(n, t)
-- exists_uncorrelated
select s.tenant_id, s.bill_number from shikiri.slip s where exists (select from shikiri.app_user u where u.login = 'clerk')
-- exists_uncorrelated_empty
select s.tenant_id, s.bill_number from shikiri.slip s where exists (select from shikiri.nobody)
-- exists_param
select u.tenant_id, u.login from shikiri.app_user u where exists (select from shikiri.slip s where s.bill_number = $1::text)
-- not_exists_uncorrelated
select s.tenant_id, s.bill_number from shikiri.slip s where not exists (select from shikiri.app_user u where u.login = 'nobody')
-- not_exists_uncorrelated_empty
select s.tenant_id, s.bill_number from shikiri.slip s where not exists (select from shikiri.app_user u where u.login = 'clerk')
-- exists_correlated
select s.tenant_id, s.bill_number from shikiri.slip s where exists (select from shikiri.tree t where t.n = s.amount_yen % 50)
-- not_exists_correlated
select s.tenant_id, s.bill_number from shikiri.slip s where not exists (select from shikiri.tree t where t.n = s.amount_yen % 50)
-- in_list
select s.tenant_id, s.bill_number from shikiri.slip s where s.customer_number in ('C0001', 'C0002', 'C0003')
-- in_subquery
select s.tenant_id, s.bill_number from shikiri.slip s where s.tenant_id in (select t.tenant_id from shikiri.tenant t)
-- not_in_subquery
select t.tenant_id, t.n from shikiri.tree t where t.n not in (select l.n from shikiri.by_list l)
-- any_array
select s.tenant_id, s.bill_number from shikiri.slip s where s.bill_number = any (array[$1::text, 'x'])
-- any_subquery
select s.tenant_id, s.bill_number from shikiri.slip s where s.bill_number > all (select x.bill_number from shikiri.slip x where x.customer_number = 'C0001')
-- scalar_is_null
select s.tenant_id, s.bill_number from shikiri.slip s where (select max(u.disabled_at) from shikiri.app_user u) is null
-- scalar_is_not_null
select s.tenant_id, s.bill_number from shikiri.slip s where (select min(u.login) from shikiri.app_user u) is not null
-- scalar_bool
select s.tenant_id, s.bill_number from shikiri.slip s where (select count(*) = 2 from shikiri.app_user u)
-- scalar_bool_false
select s.tenant_id, s.bill_number from shikiri.slip s where (select count(*) = 0 from shikiri.app_user u)
-- scalar_greater
select s.tenant_id, s.bill_number from shikiri.slip s where (select count(*) from shikiri.tree t) > 10
-- scalar_output
select (select count(*) from shikiri.tree) as trees, (select max(s.bill_number) from shikiri.slip s) as last
-- scalar_compared
select s.tenant_id, s.bill_number from shikiri.slip s where s.amount_yen > (select avg(x.amount_yen) from shikiri.slip x)
-- false
select s.tenant_id, s.bill_number from shikiri.slip s where false
-- contradiction
select s.tenant_id, s.bill_number from shikiri.slip s where s.amount_yen = 1 and s.amount_yen = 2
-- null_parameter null
select s.tenant_id, s.bill_number from shikiri.slip s where s.bill_number = $1::text
-- null_parameter_off null
select s.tenant_id, s.bill_number from shikiri.slip s where $1::text is null or s.bill_number = $1::text
-- limit_zero
select s.tenant_id, s.bill_number from shikiri.slip s limit 0
-- limit_parameter
select s.tenant_id, s.bill_number from shikiri.slip s where s.bill_number <> $1::text order by s.bill_number limit $2::integer
-- limit_subquery
select s.tenant_id, s.bill_number from shikiri.slip s order by s.bill_number limit (select count(*) from shikiri.app_user)
-- limit_function sk001
select s.tenant_id, s.bill_number from shikiri.slip s order by s.bill_number limit shikiri_seal.tenant()
-- boolean_parameter
select s.tenant_id, s.bill_number from shikiri.slip s where $1::text is not null
-- union_all
select s.tenant_id, 'slip' as what from shikiri.slip s union all select u.tenant_id, 'user' from shikiri.app_user u
-- union
select s.tenant_id, s.customer_number from shikiri.slip s union select t.tenant_id, t.tenant_code from shikiri.tenant t
-- intersect
select s.tenant_id from shikiri.slip s intersect select u.tenant_id from shikiri.app_user u
-- except
select t.tenant_id, t.n from shikiri.tree t except select l.tenant_id, l.n from shikiri.by_list l
-- append_of_empty
select s.tenant_id from shikiri.slip s where false union all select u.tenant_id from shikiri.app_user u
-- union_ordered
select x.* from (select l.tenant_id, l.n from shikiri.by_list l union all select h.tenant_id, h.n from shikiri.by_hash h) x order by x.n, x.tenant_id limit 7
-- lateral
select t.tenant_id, t.n, x.bill_number from shikiri.tree t cross join lateral (select s.bill_number from shikiri.slip s where s.amount_yen > t.n * 1000 order by s.bill_number limit 1) x
-- lateral_left
select t.tenant_id, t.n, x.c from shikiri.tree t left join lateral (select count(*) as c from shikiri.tree c where c.parent = t.n) x on true
-- window
select s.tenant_id, s.bill_number, row_number() over (order by s.bill_number) as n, sum(s.amount_yen) over (partition by s.customer_number) as total from shikiri.slip s
-- window_lag
select s.tenant_id, s.bill_number, lag(s.bill_number) over (order by s.bill_number) as before from shikiri.slip s
-- group_by
select min(s.tenant_id), s.customer_number, count(*) from shikiri.slip s group by s.customer_number
-- group_by_having
select min(s.tenant_id), s.customer_number, count(*) from shikiri.slip s group by s.customer_number having count(*) > 1
-- having_uncorrelated
select min(s.tenant_id), count(*) from shikiri.slip s having exists (select from shikiri.app_user)
-- grouping_sets
select s.revenue_stamp, s.customer_number, count(*) from shikiri.slip s group by grouping sets ((s.revenue_stamp), (s.customer_number), ())
-- distinct
select distinct s.tenant_id, s.customer_number from shikiri.slip s
-- distinct_on
select distinct on (s.customer_number) s.tenant_id, s.customer_number, s.bill_number from shikiri.slip s order by s.customer_number, s.bill_number
-- string_agg
select string_agg(s.customer_name, ',' order by s.bill_number) as names from shikiri.slip s
-- filter
select count(*) filter (where s.amount_yen > 20000) as big, bool_or(s.revenue_stamp) as stamped from shikiri.slip s
-- inner_join
select s.tenant_id, s.bill_number, t.tenant_name from shikiri.slip s join shikiri.tenant t on t.tenant_id = s.tenant_id
-- left_join
select t.tenant_id, t.n, l.note from shikiri.tree t left join shikiri.by_list l on l.n = t.n and l.tenant_id = t.tenant_id
-- right_join
select t.tenant_id, t.n, l.note from shikiri.by_list l right join shikiri.tree t on l.n = t.n
-- full_join
select t.n, l.n as m from shikiri.tree t full join shikiri.by_list l on l.n = t.n and l.tenant_id = t.tenant_id
-- cross_join
select t.tenant_id, t.tenant_code, u.login from shikiri.tenant t, shikiri.app_user u
-- self_join
select a.tenant_id, a.n, b.n as child from shikiri.tree a join shikiri.tree b on b.parent = a.n
-- three_joins
select s.tenant_id, s.bill_number, u.login, t.n from shikiri.slip s join shikiri.app_user u on u.tenant_id = s.tenant_id join shikiri.tree t on t.tenant_id = u.tenant_id and t.n = s.amount_yen % 45
-- anti_join
select t.tenant_id, t.n from shikiri.tree t left join shikiri.by_list l on l.n = t.n where l.n is null
-- join_of_empty
select s.tenant_id from shikiri.slip s join shikiri.nobody n on n.tenant_id = s.tenant_id
-- recursive
with recursive r(tenant_id, n, depth) as (select t.tenant_id, t.n, 0 from shikiri.tree t where t.parent is null union all select t.tenant_id, t.n, r.depth + 1 from r join shikiri.tree t on t.parent = r.n) select r.tenant_id, r.n, r.depth from r
-- cte
with c as (select s.tenant_id, s.customer_number, count(*) as slips from shikiri.slip s group by 1, 2) select c.tenant_id, c.customer_number from c where c.slips > 1
-- cte_twice
with c as (select s.tenant_id, s.amount_yen from shikiri.slip s) select a.tenant_id, count(*) from c a join c b on a.amount_yen = b.amount_yen group by 1
-- cte_materialized
with c as materialized (select s.tenant_id, s.bill_number from shikiri.slip s) select c.tenant_id, c.bill_number from c where c.bill_number >= $1::text
-- cte_not_materialized
with c as not materialized (select s.tenant_id, s.bill_number from shikiri.slip s) select c.tenant_id, c.bill_number from c where c.bill_number >= $1::text
-- partitions_list
select l.tenant_id, l.n, l.note from shikiri.by_list l
-- partitions_list_point
select l.tenant_id, l.n, l.note from shikiri.by_list l where l.n = 7
-- partitions_list_outside
select l.tenant_id, l.n from shikiri.by_list l where l.tenant_id = 99
-- partitions_hash
select h.tenant_id, h.n from shikiri.by_hash h where h.n < 10
-- partitions_range
select r.tenant_id, r.n from shikiri.by_range r where r.n between 15 and 25
-- partitions_join
select l.tenant_id, l.n from shikiri.by_list l join shikiri.by_hash h on h.tenant_id = l.tenant_id and h.n = l.n
-- partitions_grouped
select l.tenant_id, count(*) from shikiri.by_list l group by l.tenant_id
-- tenant_sub_select
select l.tenant_id, l.n from shikiri.by_list l where l.tenant_id = (select shikiri_seal.tenant())
-- tenant_output
select (select shikiri_seal.tenant()) as t, count(*) from shikiri.slip s
-- tenant_bare sk001
select s.tenant_id, s.bill_number from shikiri.slip s where s.tenant_id = shikiri_seal.tenant()
-- other_tenants
select s.tenant_id, s.customer_name from shikiri.slip s where s.tenant_id <> (select shikiri_seal.tenant()) or s.customer_name like 'CANARY%' and s.tenant_id <> (select t.tenant_id from shikiri.tenant t)
-- tautology
select s.tenant_id, s.bill_number from shikiri.slip s where s.bill_number = $1::text or 1 = 1
-- set_returning
select s.tenant_id, generate_series(1, 2) as n from shikiri.slip s where s.bill_number = $1::text
-- set_returning_from
select t.tenant_id, g.n from shikiri.tenant t, generate_series(1, 3) g(n)
-- unnest_join
select s.tenant_id, s.bill_number from unnest(array[$1::text, '0']) b(n) join shikiri.slip s on s.bill_number = b.n
-- json
select t.tenant_id, jsonb_agg(u.login order by u.login) as logins from shikiri.tenant t join shikiri.app_user u on u.tenant_id = t.tenant_id group by 1
-- case_subquery
select case when exists (select from shikiri.slip) then 'some' else 'none' end as what
-- coalesce_subquery
select coalesce((select s.customer_name from shikiri.slip s where s.bill_number = $1::text), 'none') as name
-- nested_views_of_nothing
select count(*) from (select 1 from shikiri.slip s where s.amount_yen < 0) x
-- prefix
select s.tenant_id, s.customer_name from shikiri.slip s where s.customer_name >= '淡' and s.customer_name < '淢'
-- for_update write
select t.tenant_id, t.n from shikiri.tree t where t.n < 5 for update
-- for_share write
select l.tenant_id, l.n from shikiri.by_list l where l.n < 5 for share
-- insert write
insert into shikiri.tree (tenant_id, n, parent) select t.tenant_id, 1000, null from shikiri.tenant t returning tenant_id, n
-- insert_partitioned write
insert into shikiri.by_list (tenant_id, n, note) select t.tenant_id, 1000, $1::text from shikiri.tenant t returning tenant_id, n, note
-- insert_slip write
insert into shikiri.slip (tenant_id, bill_number, reissue_number, customer_number, customer_name, revenue_stamp, amount_yen) select t.tenant_id, '9999999999999999', 0, 'C1', 'x', false, 1 from shikiri.tenant t returning tenant_id, bill_number
-- update write
update shikiri.tree set parent = 1 where n < 5 returning tenant_id, n
-- update_partitioned write
update shikiri.by_list set note = $1::text where n < 5 returning tenant_id, n, note
-- delete write
delete from shikiri.by_hash where n < 5 returning tenant_id, n
