-- +goose Up
INSERT INTO action_kinds (kind) VALUES ('RENAME_SITE');

-- +goose Down
DELETE FROM action_kinds WHERE kind = 'RENAME_SITE';
