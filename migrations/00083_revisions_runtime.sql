-- +goose Up
ALTER TABLE revisions
    ADD COLUMN python VARCHAR(20) NOT NULL DEFAULT 'python3',
    ADD COLUMN node VARCHAR(20) NOT NULL DEFAULT '' COMMENT 'its exact version; empty for the server''s own';

-- +goose Down
ALTER TABLE revisions
    DROP COLUMN python,
    DROP COLUMN node;
