-- +goose Up
ALTER TABLE releases
    ADD COLUMN hooks BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'it changes a hooks.py';

-- +goose Down
ALTER TABLE releases
    DROP COLUMN hooks;
