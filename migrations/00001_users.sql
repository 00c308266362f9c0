-- +goose Up
CREATE TABLE users (
    id                   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name                 VARCHAR(100) NOT NULL UNIQUE,
    password_hash        VARCHAR(255) NOT NULL,
    role                 ENUM('VIEWER', 'OPERATOR', 'ADMIN') NOT NULL,
    must_change_password BOOLEAN NOT NULL,
    created_at           DATETIME(6) NOT NULL
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE users;
