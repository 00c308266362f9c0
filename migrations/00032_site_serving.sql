-- +goose Up
ALTER TABLE sites
    ADD COLUMN serving ENUM('OPEN', 'MAINTENANCE', 'SUSPENDED') NOT NULL DEFAULT 'OPEN' COMMENT 'what the proxies do with its visitors';

-- +goose Down
ALTER TABLE sites DROP COLUMN serving;
