-- +goose Up
CREATE TABLE reminders (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    subscription_id BIGINT UNSIGNED NOT NULL,
    kind            ENUM('TRIAL_ENDS', 'PERIOD_ENDS', 'PAST_DUE', 'GRACE_ENDS', 'SUSPENDED', 'CANCELLATION_NEAR', 'CANCELLED') NOT NULL,
    due_at          DATETIME(6) NOT NULL,
    created_at      DATETIME(6) NOT NULL,
    sent_at         DATETIME(6) NULL COMMENT 'null while it waits for whoever sends mail',
    UNIQUE KEY reminders_once (subscription_id, kind, due_at),
    INDEX reminders_waiting (sent_at, id),
    FOREIGN KEY (subscription_id) REFERENCES customer_subscriptions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE reminders;
