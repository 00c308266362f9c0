-- +goose Up
ALTER TABLE servers
    ADD COLUMN adopted BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'it ran benches before Central came',
    ADD COLUMN taken_slots JSON NULL COMMENT 'slots whose ports belong to something that is not ours';

-- +goose Down
ALTER TABLE servers
    DROP COLUMN adopted,
    DROP COLUMN taken_slots;
