-- +goose Up
INSERT INTO action_kinds (kind) VALUES ('PREVIEW_PAIR'), ('DISSOLVE_PAIR');

-- +goose Down
DELETE FROM action_kinds WHERE kind IN ('PREVIEW_PAIR', 'DISSOLVE_PAIR');
