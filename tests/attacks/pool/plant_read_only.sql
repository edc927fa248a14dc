-- Every later transaction of this connection is to write nothing.
select set_config('default_transaction_read_only', 'on', false) as planted
