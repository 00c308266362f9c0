-- +goose Up
ALTER TABLE proxy_states
    ADD COLUMN certificates_digest VARCHAR(64) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'of the certificates as they were asked for';

-- +goose Down
ALTER TABLE proxy_states DROP COLUMN certificates_digest;
