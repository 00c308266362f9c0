-- +goose Up
CREATE TABLE server_samples (
    server_id       BIGINT UNSIGNED NOT NULL,
    at              DATETIME(6) NOT NULL,
    up              BOOLEAN NOT NULL COMMENT 'when it is false the figures are null',
    load1           DOUBLE NULL,
    cpus            INT NULL,
    memory_used     BIGINT NULL COMMENT 'bytes',
    memory_total    BIGINT NULL COMMENT 'bytes',
    disk_used       DOUBLE NULL COMMENT 'share of the fullest file system, 0 to 1',
    replication_lag DOUBLE NULL COMMENT 'seconds; null unless the server follows another',
    PRIMARY KEY (server_id, at)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE server_samples;
