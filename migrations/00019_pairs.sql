-- +goose Up
CREATE TABLE pairs (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name           VARCHAR(63) NOT NULL UNIQUE,
    master_id      BIGINT UNSIGNED NOT NULL UNIQUE,
    slave_id       BIGINT UNSIGNED NOT NULL UNIQUE,
    status         ENUM('NEW', 'SETTING_UP', 'READY', 'SWITCHING', 'FAILED_OVER', 'FAILED') NOT NULL,
    status_reason  TEXT NOT NULL,
    epoch          BIGINT UNSIGNED NOT NULL COMMENT 'counts promotions; a server that knows a lower one never opens by itself',
    busy_action_id BIGINT UNSIGNED NULL COMMENT 'the root action that holds the pair',
    created_at     DATETIME(6) NOT NULL,
    updated_at     DATETIME(6) NOT NULL,
    CHECK (master_id <> slave_id),
    FOREIGN KEY (master_id) REFERENCES servers (id),
    FOREIGN KEY (slave_id) REFERENCES servers (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE pairs;
