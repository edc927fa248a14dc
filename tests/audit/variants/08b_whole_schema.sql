-- A publication sends a schema.
-- over: 1_base

create publication p for tables in schema app;
