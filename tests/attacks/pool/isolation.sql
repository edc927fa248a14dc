-- In which isolation level this request runs.
select current_setting('transaction_isolation')
