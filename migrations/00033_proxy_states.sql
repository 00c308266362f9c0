-- +goose Up
CREATE TABLE proxy_states (
    server_id     BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    routes        INT NOT NULL,
    left_out      JSON NOT NULL,
    routes_digest VARCHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'of the routes as they were asked for',
    maps          JSON NOT NULL COMMENT 'digests by path, as Central left them',
    settings      JSON NOT NULL COMMENT 'digests by path, as the set-up left them',
    drifted       JSON NOT NULL COMMENT 'settings that were found changed',
    checked_at    DATETIME(6) NULL,
    next_check_at DATETIME(6) NOT NULL,
    FOREIGN KEY (server_id) REFERENCES servers (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE proxy_states;
