-- +goose Up
CREATE TABLE subscription_changes (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    subscription_id BIGINT UNSIGNED NOT NULL,
    at              DATETIME(6) NOT NULL,
    actor_name      VARCHAR(200) NOT NULL,
    event           VARCHAR(30) CHARACTER SET ascii NOT NULL,
    from_state      VARCHAR(20) CHARACTER SET ascii NULL COMMENT 'null for the first',
    to_state        VARCHAR(20) CHARACTER SET ascii NOT NULL,
    detail          VARCHAR(1000) NOT NULL,
    why             VARCHAR(500) NOT NULL,
    version         INT NOT NULL COMMENT 'of the subscription afterwards',
    INDEX subscription_changes_subscription (subscription_id, id),
    FOREIGN KEY (subscription_id) REFERENCES customer_subscriptions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE subscription_changes;
