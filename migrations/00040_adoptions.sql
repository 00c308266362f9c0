-- +goose Up
CREATE TABLE adoptions (
    id        BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    server_id BIGINT UNSIGNED NOT NULL,
    scan_id   BIGINT UNSIGNED NOT NULL,
    action_id BIGINT UNSIGNED NOT NULL UNIQUE,
    benches   JSON NOT NULL COMMENT 'what was ticked',
    FOREIGN KEY (server_id) REFERENCES servers (id),
    FOREIGN KEY (scan_id) REFERENCES scans (id),
    FOREIGN KEY (action_id) REFERENCES actions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE adoptions;
