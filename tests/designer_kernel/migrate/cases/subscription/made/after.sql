CREATE SCHEMA s;
CREATE SUBSCRIPTION case_subscription CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, enabled = false, create_slot = false);
