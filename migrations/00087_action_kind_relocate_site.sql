-- +goose Up
INSERT INTO action_kinds (kind) VALUES ('RELOCATE_SITE');

-- +goose Down
DELETE FROM action_kinds WHERE kind = 'RELOCATE_SITE';
