-- +goose Up
CREATE TABLE sites (
    id                BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name              VARCHAR(253) CHARACTER SET ascii NOT NULL UNIQUE,
    bench_id          BIGINT UNSIGNED NOT NULL,
    server_id         BIGINT UNSIGNED NOT NULL,
    revision_id       BIGINT UNSIGNED NOT NULL,
    status            ENUM('CREATING', 'ACTIVE', 'FAILED', 'BROKEN', 'ARCHIVED') NOT NULL,
    status_reason     TEXT NOT NULL,
    maintenance_since DATETIME(6) NULL,
    busy_action_id    BIGINT UNSIGNED NULL,
    created_at        DATETIME(6) NOT NULL,
    updated_at        DATETIME(6) NOT NULL,
    INDEX sites_bench (bench_id, name),
    INDEX sites_server (server_id, name),
    INDEX sites_revision (revision_id, name),
    INDEX sites_created (created_at, id),
    INDEX sites_busy (busy_action_id),
    FOREIGN KEY (bench_id) REFERENCES benches (id),
    FOREIGN KEY (server_id) REFERENCES servers (id),
    FOREIGN KEY (revision_id) REFERENCES revisions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE sites;
