-- +goose Up
CREATE TABLE site_usage_days (
    site_id        BIGINT UNSIGNED NOT NULL,
    day            DATE NOT NULL,
    database_bytes BIGINT NOT NULL,
    files_bytes    BIGINT NOT NULL,
    users          INT NULL,
    PRIMARY KEY (site_id, day),
    INDEX site_usage_days_day (day)
) DEFAULT CHARSET = utf8mb4 COMMENT = 'the last of each day';

-- +goose Down
DROP TABLE site_usage_days;
