-- Settings by which a later text means something else: what is NULL, which date, what is in an array, which plan.
select set_config('transform_null_equals', 'on', false) || set_config('datestyle', 'SQL, DMY', false)
    || set_config('array_nulls', 'off', false) || set_config('enable_indexscan', 'off', false)
    || set_config('enable_seqscan', 'on', false) as planted
