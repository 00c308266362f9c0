-- +goose Up
CREATE TABLE server_hours (
    server_id           BIGINT UNSIGNED NOT NULL,
    hour                DATETIME(6) NOT NULL,
    samples             INT NOT NULL,
    up_samples          INT NOT NULL,
    load1_avg           DOUBLE NULL,
    load1_max           DOUBLE NULL,
    cpus                INT NULL,
    memory_used_avg     DOUBLE NULL,
    memory_used_max     BIGINT NULL,
    memory_total        BIGINT NULL,
    disk_used_avg       DOUBLE NULL,
    disk_used_max       DOUBLE NULL,
    replication_lag_avg DOUBLE NULL,
    replication_lag_max DOUBLE NULL,
    PRIMARY KEY (server_id, hour)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE server_hours;
