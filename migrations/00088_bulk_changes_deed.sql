-- +goose Up
-- A word in place of an enumeration, so that a new deed does not change the table.
ALTER TABLE bulk_changes MODIFY COLUMN deed VARCHAR(30) CHARACTER SET ascii NOT NULL;

-- +goose Down
SELECT 1;
