-- +goose Up
CREATE TABLE plans (
    id                  BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name                VARCHAR(140) NOT NULL UNIQUE,
    price_amount        BIGINT NOT NULL COMMENT 'minor units, of new subscriptions',
    price_currency      CHAR(3) CHARACTER SET ascii NOT NULL COMMENT 'ISO 4217',
    `interval`          ENUM('MONTH') NOT NULL,
    trial_days          INT NOT NULL,
    grace_days          INT NOT NULL,
    limit_users         INT NULL,
    limit_storage_bytes BIGINT NULL,
    limit_sites         INT NULL,
    closed              BOOLEAN NOT NULL COMMENT 'for new subscriptions',
    version             INT NOT NULL,
    created_at          DATETIME(6) NOT NULL,
    updated_at          DATETIME(6) NOT NULL
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE plans;
