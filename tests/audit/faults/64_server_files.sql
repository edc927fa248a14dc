-- The app role is a member of pg_read_server_files.
-- why: It can read the data directory (and any file of the server account).
-- kind: leak
-- proof-role: fault_user
-- proof: set app.tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
-- proof: create temp table t (l text);
-- proof: copy t from '/etc/passwd';
-- proof: select count(*) > 0 from t;
-- expect: t

grant pg_read_server_files to fault_user;
