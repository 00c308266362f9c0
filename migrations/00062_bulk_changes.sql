-- +goose Up
CREATE TABLE bulk_changes (
    action_id       BIGINT UNSIGNED NOT NULL PRIMARY KEY COMMENT 'the action that holds the parts together',
    deed            ENUM('SERVE', 'CONFIGURE', 'INSTALL_APP', 'REMOVE_APP') NOT NULL,
    input           JSON NOT NULL COMMENT 'as it was asked for, without secrets',
    idempotency_key VARCHAR(100) COLLATE utf8mb4_bin NOT NULL UNIQUE,
    input_digest    CHAR(64) CHARACTER SET ascii NOT NULL,
    retry_of_id     BIGINT UNSIGNED NULL,
    FOREIGN KEY (action_id) REFERENCES actions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE bulk_changes;
