-- +goose Up
CREATE TABLE revisions (
    id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    bench_id      BIGINT UNSIGNED NOT NULL,
    server_id     BIGINT UNSIGNED NOT NULL,
    name          VARCHAR(20) NOT NULL,
    status        ENUM('BUILDING', 'READY', 'FAILED', 'REMOVED') NOT NULL,
    status_reason TEXT NOT NULL,
    slot          INT NULL COMMENT 'decides the ports; null once removed',
    apps          JSON NOT NULL,
    version       VARCHAR(200) NOT NULL,
    fingerprint   CHAR(64) CHARACTER SET ascii NOT NULL,
    created_at    DATETIME(6) NOT NULL,
    UNIQUE KEY revisions_name (bench_id, name),
    UNIQUE KEY revisions_slot (server_id, slot),
    INDEX revisions_fingerprint (bench_id, fingerprint),
    INDEX revisions_version (version),
    FOREIGN KEY (bench_id) REFERENCES benches (id),
    FOREIGN KEY (server_id) REFERENCES servers (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE revisions;
