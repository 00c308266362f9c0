-- +goose Up
ALTER TABLE pair_switches
    ADD COLUMN position VARCHAR(1000) NOT NULL DEFAULT '' COMMENT 'of a failover: the last transactions of the old master that the new one has',
    ADD COLUMN returned BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'whether the old master was found again, and what it has more was put into loss';

-- +goose Down
ALTER TABLE pair_switches
    DROP COLUMN position,
    DROP COLUMN returned;
