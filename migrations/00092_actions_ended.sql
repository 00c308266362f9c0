-- +goose Up
-- Which servers are being started anew, or were a moment ago, is asked with every batch of samples and site checks.
ALTER TABLE actions
    ADD INDEX actions_ended (finished_at, kind);

-- +goose Down
ALTER TABLE actions
    DROP INDEX actions_ended;
