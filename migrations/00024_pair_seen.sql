-- +goose Up
ALTER TABLE pairs
    ADD COLUMN seen_position VARCHAR(1000) NOT NULL DEFAULT '' COMMENT 'how far the master had come when it was last asked',
    ADD COLUMN seen_at DATETIME(6) NULL COMMENT 'when that was';

-- +goose Down
ALTER TABLE pairs
    DROP COLUMN seen_position,
    DROP COLUMN seen_at;
