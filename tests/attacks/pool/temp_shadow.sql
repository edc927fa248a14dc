-- Attack 64: a temporary table stands in front of an unqualified name.
create temporary table slip (customer_name text)
