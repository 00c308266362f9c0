-- +goose Up
ALTER TABLE benches
    ADD COLUMN node VARCHAR(20) NOT NULL DEFAULT 'node' COMMENT 'that new revisions get: the server''s own, or one of a major version';

-- +goose Down
ALTER TABLE benches
    DROP COLUMN node;
