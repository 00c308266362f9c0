-- +goose Up
CREATE TABLE scans (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    server_id   BIGINT UNSIGNED NOT NULL,
    action_id   BIGINT UNSIGNED NOT NULL UNIQUE,
    found       MEDIUMTEXT NULL COMMENT 'JSON; null until the server has answered',
    created_at  DATETIME(6) NOT NULL,
    finished_at DATETIME(6) NULL,
    INDEX scans_server (server_id, id),
    FOREIGN KEY (server_id) REFERENCES servers (id),
    FOREIGN KEY (action_id) REFERENCES actions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE scans;
