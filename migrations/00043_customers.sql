-- +goose Up
CREATE TABLE customers (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name       VARCHAR(140) NOT NULL,
    email      VARCHAR(254) CHARACTER SET ascii NOT NULL UNIQUE COMMENT 'in lower case: one customer for each address',
    company    VARCHAR(140) NOT NULL,
    notes      TEXT NOT NULL,
    version    INT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    INDEX customers_name (name, id),
    INDEX customers_created (created_at, id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE customers;
