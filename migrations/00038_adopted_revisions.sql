-- +goose Up
ALTER TABLE revisions
    ADD COLUMN path VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'of a bench made by hand; empty for what was built here',
    ADD COLUMN owner VARCHAR(32) NOT NULL DEFAULT '',
    ADD COLUMN owner_group VARCHAR(32) NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE revisions
    DROP COLUMN path,
    DROP COLUMN owner,
    DROP COLUMN owner_group;
