-- Files of the server.
-- vector: large object import, file functions, foreign data, dblink
-- expect: 42501, or no such function

-- as: a
-- refused: 42501
select lo_import('/etc/passwd')

-- refused: 42501
select pg_read_file('/etc/passwd')

-- refused: 42501
select pg_stat_file('.')

-- refused: 42501
select count(*) from pg_ls_logdir()

-- refused: 42501
select count(*) from pg_ls_waldir()

-- refused: 42501
select pg_current_logfile()

-- refused: 42501
copy shikiri.slip to '/dev/null'

-- refused: 42501
copy (select 1) to program 'true'

-- refused: 42501
create foreign data wrapper f

-- refused: 42704 42501
create server s foreign data wrapper postgres_fdw

-- refused: 42883
select dblink('x', 'y')
