-- +goose Up
ALTER TABLE sites
    ADD COLUMN other_name VARCHAR(253) CHARACTER SET ascii NULL UNIQUE COMMENT 'a host name that it has besides its own while it is renamed',
    ADD COLUMN created_as VARCHAR(253) CHARACTER SET ascii NULL COMMENT 'the host name that its database was named after, where that is not its name any more',
    ADD INDEX sites_created_as (created_as);

-- +goose Down
ALTER TABLE sites
    DROP INDEX sites_created_as,
    DROP COLUMN other_name,
    DROP COLUMN created_as;
