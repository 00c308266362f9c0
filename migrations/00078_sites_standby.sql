-- +goose Up
ALTER TABLE sites
    ADD COLUMN standby_pool_id BIGINT UNSIGNED NULL COMMENT 'it stands ready for whoever signs up',
    ADD INDEX sites_standby (standby_pool_id, status);

-- +goose Down
ALTER TABLE sites
    DROP INDEX sites_standby,
    DROP COLUMN standby_pool_id;
