-- needs: 18
CREATE SCHEMA s;
CREATE TABLE s.t (a int, b int CONSTRAINT filled NOT NULL);
