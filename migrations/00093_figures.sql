-- +goose Up
-- The figures count all subscriptions by their dates; these hold all that they count by, so that no row is read.
ALTER TABLE customer_subscriptions
    ADD INDEX customer_subscriptions_paid (first_paid_at, state, price_currency, price_amount, customer_id, lost_at),
    ADD INDEX customer_subscriptions_cohorts (created_at, first_paid_at, state),
    ADD INDEX customer_subscriptions_lost (lost_at);

-- +goose Down
ALTER TABLE customer_subscriptions
    DROP INDEX customer_subscriptions_paid,
    DROP INDEX customer_subscriptions_cohorts,
    DROP INDEX customer_subscriptions_lost;
