-- +goose Up
-- What is null was told before this was kept.
ALTER TABLE pairs ADD COLUMN told_keys JSON NULL COMMENT 'the host keys that the servers of the pair were told of each other, by the number of the server';

-- +goose Down
ALTER TABLE pairs DROP COLUMN told_keys;
