-- +goose Up
CREATE TABLE site_health (
    site_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    state      ENUM('UNKNOWN', 'UP', 'MAINTENANCE', 'DOWN') NOT NULL,
    since      DATETIME(6) NOT NULL COMMENT 'when it took that state',
    checked_at DATETIME(6) NULL,
    status     INT NOT NULL COMMENT 'of the last answer; 0 when there was none',
    misses     INT NOT NULL COMMENT 'bad answers in a row',
    due_at     DATETIME(6) NOT NULL COMMENT 'when it is to be asked next',
    round      BIGINT UNSIGNED NOT NULL COMMENT 'counts claims; only the latest may write',
    INDEX site_health_due (due_at),
    INDEX site_health_state (state)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE site_health;
