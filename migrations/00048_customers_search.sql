-- +goose Up
ALTER TABLE customers ADD COLUMN search VARCHAR(600) GENERATED ALWAYS AS (CONCAT(name, ' ', email, ' ', company)) STORED COMMENT 'one text to look through instead of three';

-- +goose Down
ALTER TABLE customers DROP COLUMN search;
