-- +goose Up
ALTER TABLE servers
    ADD COLUMN ssh_key VARCHAR(100) NOT NULL DEFAULT '' COMMENT 'secret with the key that lets Central in; empty for the one of new servers';

-- +goose Down
ALTER TABLE servers
    DROP COLUMN ssh_key;
