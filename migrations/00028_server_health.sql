-- +goose Up
CREATE TABLE server_health (
    server_id    BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    state        ENUM('UNKNOWN', 'OK', 'DEGRADED', 'DOWN') NOT NULL,
    since        DATETIME(6) NOT NULL COMMENT 'when it took that state',
    looked_at    DATETIME(6) NULL COMMENT 'the last look, whether it reached the server or not',
    latest       JSON NULL COMMENT 'the last sample that came',
    reasons      JSON NOT NULL COMMENT 'a sentence for each open alert',
    watch        JSON NOT NULL COMMENT 'what the alert rules have to remember between two samples',
    due_at       DATETIME(6) NOT NULL COMMENT 'when it is to be looked at next',
    round        BIGINT UNSIGNED NOT NULL COMMENT 'counts claims; only the latest may write',
    rolled_until DATETIME(6) NOT NULL COMMENT 'samples before this hour are in server_hours',
    INDEX server_health_due (due_at),
    INDEX server_health_rolled (rolled_until)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE server_health;
