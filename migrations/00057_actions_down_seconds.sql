-- +goose Up
ALTER TABLE actions
    ADD COLUMN down_seconds DOUBLE NULL COMMENT 'how long its site was in maintenance, all windows together';

-- +goose Down
ALTER TABLE actions DROP COLUMN down_seconds;
