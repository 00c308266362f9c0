-- +goose Up
ALTER TABLE apps
    ADD COLUMN access         ENUM('OPEN', 'DEPLOY_KEY', 'TOKEN') NOT NULL DEFAULT 'OPEN',
    ADD COLUMN public_key     VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'of the deploy key',
    ADD COLUMN hook_made_at   DATETIME(6) NULL COMMENT 'since when its repository can announce releases',
    ADD COLUMN looked_at      DATETIME(6) NULL COMMENT 'when its branch was looked at last; NULL asks for it at once',
    ADD COLUMN look_error     VARCHAR(1000) NOT NULL DEFAULT '' COMMENT 'why that failed';

-- +goose Down
ALTER TABLE apps DROP COLUMN access, DROP COLUMN public_key, DROP COLUMN hook_made_at, DROP COLUMN looked_at, DROP COLUMN look_error;
