-- +goose Up
ALTER TABLE servers
    ADD COLUMN region VARCHAR(63) NOT NULL DEFAULT '',
    ADD COLUMN labels JSON NULL,
    ADD COLUMN facts JSON NULL COMMENT 'what the machine said of itself; null until it was asked',
    ADD COLUMN facts_at DATETIME(6) NULL,
    MODIFY COLUMN status ENUM('NEW', 'SETTING_UP', 'READY', 'FAILED', 'HOST_KEY_CHANGED', 'RETIRED') NOT NULL;

-- +goose Down
ALTER TABLE servers
    DROP COLUMN region,
    DROP COLUMN labels,
    DROP COLUMN facts,
    DROP COLUMN facts_at;
