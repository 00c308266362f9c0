-- +goose Up
CREATE TABLE audit_entries (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at             DATETIME(6) NOT NULL,
    actor_name     VARCHAR(200) NOT NULL,
    user_id        BIGINT UNSIGNED NOT NULL,
    token_id       BIGINT UNSIGNED NOT NULL,
    remote_address VARCHAR(100) NOT NULL,
    operation      VARCHAR(100) NOT NULL,
    subject        VARCHAR(500) NOT NULL,
    input          JSON NOT NULL,
    action_id      BIGINT UNSIGNED NULL,
    INDEX audit_entries_action (action_id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE audit_entries;
