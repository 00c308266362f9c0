-- +goose Up
CREATE TABLE payments (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    subscription_id BIGINT UNSIGNED NOT NULL,
    money_amount    BIGINT NOT NULL COMMENT 'minor units',
    money_currency  CHAR(3) CHARACTER SET ascii NOT NULL,
    source          ENUM('HAND', 'PROVIDER') NOT NULL,
    idempotency_key VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    received_at     DATETIME(6) NOT NULL,
    note            VARCHAR(500) NOT NULL,
    actor_name      VARCHAR(200) NOT NULL,
    periods         INT NOT NULL COMMENT 'paid with it',
    created_at      DATETIME(6) NOT NULL,
    UNIQUE KEY payments_key (source, idempotency_key),
    INDEX payments_subscription (subscription_id, id),
    FOREIGN KEY (subscription_id) REFERENCES customer_subscriptions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE payments;
