-- +goose Up
CREATE TABLE customer_subscriptions (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id    BIGINT UNSIGNED NOT NULL,
    plan_id        BIGINT UNSIGNED NOT NULL,
    site_id        BIGINT UNSIGNED NULL,
    state          ENUM('TRIAL', 'ACTIVE', 'PAST_DUE', 'SUSPENDED', 'CANCELLED', 'ARCHIVED') NOT NULL,
    state_since    DATETIME(6) NOT NULL,
    state_ends_at  DATETIME(6) NULL COMMENT 'when the next state follows by itself',
    cancel_at      DATETIME(6) NULL COMMENT 'somebody asked for that',
    price_amount   BIGINT NOT NULL COMMENT 'minor units, as the plan had it when it was chosen',
    price_currency CHAR(3) CHARACTER SET ascii NOT NULL,
    credit         BIGINT NOT NULL COMMENT 'paid and not used for a period',
    billing_day    TINYINT NOT NULL,
    trial_ends_at  DATETIME(6) NOT NULL,
    period_ends_at DATETIME(6) NULL,
    first_paid_at  DATETIME(6) NULL,
    lost_at        DATETIME(6) NULL COMMENT 'who has paid before is suspended or cancelled since then',
    closed_site    BOOLEAN NOT NULL COMMENT 'it is why the site is suspended',
    reminded_until DATETIME(6) NOT NULL,
    due_at         DATETIME(6) NULL COMMENT 'when it has to be looked at next',
    version        INT NOT NULL,
    created_at     DATETIME(6) NOT NULL,
    updated_at     DATETIME(6) NOT NULL,
    INDEX customer_subscriptions_due (due_at),
    INDEX customer_subscriptions_customer (customer_id),
    INDEX customer_subscriptions_plan (plan_id),
    INDEX customer_subscriptions_site (site_id),
    INDEX customer_subscriptions_created (created_at, id),
    INDEX customer_subscriptions_ends (state_ends_at, id),
    INDEX customer_subscriptions_state (state, price_currency, price_amount),
    FOREIGN KEY (customer_id) REFERENCES customers (id),
    FOREIGN KEY (plan_id) REFERENCES plans (id),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE customer_subscriptions;
