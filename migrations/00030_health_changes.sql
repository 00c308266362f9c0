-- +goose Up
CREATE TABLE health_changes (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    server_id  BIGINT UNSIGNED NULL,
    site_id    BIGINT UNSIGNED NULL,
    from_state ENUM('UNKNOWN', 'OK', 'DEGRADED', 'UP', 'MAINTENANCE', 'DOWN') NOT NULL,
    to_state   ENUM('UNKNOWN', 'OK', 'DEGRADED', 'UP', 'MAINTENANCE', 'DOWN') NOT NULL,
    at         DATETIME(6) NOT NULL,
    why        TEXT NOT NULL,
    INDEX health_changes_server (server_id, id),
    INDEX health_changes_site (site_id, id),
    INDEX health_changes_at (at)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE health_changes;
