-- +goose Up
ALTER TABLE backups
    ADD COLUMN missed_storage_id BIGINT UNSIGNED NULL COMMENT 'the S3 storage that did not take it; parts of it may be there',
    ADD COLUMN storage_error VARCHAR(1000) NOT NULL DEFAULT '' COMMENT 'why that storage did not take it';

-- +goose Down
ALTER TABLE backups
    DROP COLUMN missed_storage_id,
    DROP COLUMN storage_error;
