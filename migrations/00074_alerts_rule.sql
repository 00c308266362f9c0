-- +goose Up
-- A word in place of an enumeration, so that a new rule does not change the table.
ALTER TABLE alerts MODIFY COLUMN rule VARCHAR(30) CHARACTER SET ascii NOT NULL;

-- +goose Down
ALTER TABLE alerts
    MODIFY COLUMN rule ENUM('UNREACHABLE', 'DISK', 'INODES', 'MEMORY', 'LOAD', 'SERVICE', 'REPLICATION', 'LAG', 'MIRROR', 'CERTIFICATE', 'SITE_DOWN') NOT NULL;
