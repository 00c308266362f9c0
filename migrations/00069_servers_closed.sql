-- +goose Up
ALTER TABLE servers
    ADD COLUMN closed_to_sites BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'no new site goes there',
    ADD COLUMN closed_why VARCHAR(140) NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE servers
    DROP COLUMN closed_to_sites,
    DROP COLUMN closed_why;
