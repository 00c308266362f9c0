-- +goose Up
ALTER TABLE server_samples
    ADD COLUMN receives BOOLEAN NULL COMMENT 'whether the slave receives; null unless the server is one',
    ADD COLUMN applies BOOLEAN NULL,
    ADD COLUMN position VARCHAR(255) CHARACTER SET ascii NULL COMMENT 'GTID that the slave has come to',
    ADD COLUMN mirror_age DOUBLE NULL COMMENT 'seconds';

-- +goose Down
ALTER TABLE server_samples DROP COLUMN receives, DROP COLUMN applies, DROP COLUMN position, DROP COLUMN mirror_age;
