-- UPDATE and DELETE without a filter: the accident, but writing.
-- vector: every row there is
-- expect: 42501; B's rows are as they were

-- as: a
-- sqlstate: 42501
update shikiri.slip set amount_yen = 1

-- sqlstate: 42501
delete from shikiri.slip

commit

-- as: b
-- rows: 0
select s.bill_number from shikiri.slip s where s.amount_yen = 1

-- rows: 1
select 1 from shikiri.slip having count(*) = 60
