-- Attack 63: a cursor that outlives its transaction holds the biller's names.
declare loot cursor with hold for select s.customer_name from shikiri.slip s order by s.bill_number
