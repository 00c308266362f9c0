-- +goose Up
CREATE TABLE api_tokens (
    id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name         VARCHAR(100) NOT NULL,
    hash         CHAR(64) CHARACTER SET ascii NOT NULL UNIQUE,
    role         ENUM('VIEWER', 'OPERATOR', 'ADMIN') NOT NULL,
    user_id      BIGINT UNSIGNED NOT NULL,
    expires_at   DATETIME(6) NULL,
    last_used_at DATETIME(6) NULL,
    created_at   DATETIME(6) NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE api_tokens;
