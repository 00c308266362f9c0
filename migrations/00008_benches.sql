-- +goose Up
CREATE TABLE benches (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name        VARCHAR(31) NOT NULL,
    server_id   BIGINT UNSIGNED NOT NULL,
    python      VARCHAR(20) NOT NULL,
    workers     INT NOT NULL,
    web_workers INT NOT NULL,
    created_at  DATETIME(6) NOT NULL,
    UNIQUE KEY benches_name (name),
    FOREIGN KEY (server_id) REFERENCES servers (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE benches;
