-- +goose Up
ALTER TABLE backup_storages
    ADD COLUMN misses INT NOT NULL DEFAULT 0 COMMENT 'backups in a row that it did not take';

-- +goose Down
ALTER TABLE backup_storages
    DROP COLUMN misses;
