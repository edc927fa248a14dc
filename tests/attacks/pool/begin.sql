-- Attacks 61 and 62: a transaction is opened and never ended.
begin
