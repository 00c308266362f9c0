-- +goose Up
ALTER TABLE pairs
    ADD COLUMN replication JSON NULL COMMENT 'how the slave follows, as of the last look at it; null until there was one';

-- +goose Down
ALTER TABLE pairs
    DROP COLUMN replication;
