-- +goose Up
ALTER TABLE benches
    ADD COLUMN memory_mb   INT NOT NULL DEFAULT 0 COMMENT 'that the web processes of a revision may use, and its workers again; 0 for no limit',
    ADD COLUMN retired_at  DATETIME(6) NULL;

-- +goose Down
ALTER TABLE benches DROP COLUMN memory_mb, DROP COLUMN retired_at;
