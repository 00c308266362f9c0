-- +goose Up
-- A program that does not know scopes takes NONE for a role that may do nothing.
ALTER TABLE api_tokens
    MODIFY COLUMN role ENUM('VIEWER', 'OPERATOR', 'ADMIN', 'NONE') NOT NULL,
    ADD COLUMN scope VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'the one thing that a token without a role may do';

-- +goose Down
ALTER TABLE api_tokens
    DROP COLUMN scope,
    MODIFY COLUMN role ENUM('VIEWER', 'OPERATOR', 'ADMIN') NOT NULL;
