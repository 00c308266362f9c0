-- +goose Up
CREATE TABLE server_usage (
    server_id BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    due_at    DATETIME(6) NOT NULL COMMENT 'when the usage of its sites is to be collected next',
    round     BIGINT UNSIGNED NOT NULL COMMENT 'counts claims; only the latest may write',
    taken_at  DATETIME(6) NULL COMMENT 'when it was last collected',
    why       VARCHAR(1000) NOT NULL COMMENT 'why the last try brought nothing; empty when it did',
    INDEX server_usage_due (due_at)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE server_usage;
