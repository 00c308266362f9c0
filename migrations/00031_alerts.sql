-- +goose Up
CREATE TABLE alerts (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    open_key   VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NULL UNIQUE COMMENT 'what it is about, such as server:3:disk:/, while it is open',
    rule       ENUM('UNREACHABLE', 'DISK', 'INODES', 'MEMORY', 'LOAD', 'SERVICE', 'REPLICATION', 'LAG', 'MIRROR', 'CERTIFICATE', 'SITE_DOWN') NOT NULL,
    severity   ENUM('WARNING', 'CRITICAL') NOT NULL,
    server_id  BIGINT UNSIGNED NULL,
    site_id    BIGINT UNSIGNED NULL,
    subject    VARCHAR(253) NOT NULL COMMENT 'name of the server or site',
    sentence   TEXT NOT NULL,
    raised_at  DATETIME(6) NOT NULL,
    cleared_at DATETIME(6) NULL,
    INDEX alerts_cleared (cleared_at, id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE alerts;
