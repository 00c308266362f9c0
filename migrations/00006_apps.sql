-- +goose Up
CREATE TABLE apps (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name       VARCHAR(61) NOT NULL UNIQUE,
    repository VARCHAR(500) NOT NULL,
    branch     VARCHAR(200) NOT NULL,
    created_at DATETIME(6) NOT NULL
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE apps;
