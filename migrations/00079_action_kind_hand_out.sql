-- +goose Up
INSERT INTO action_kinds (kind) VALUES ('HAND_OUT_SITE'), ('DROP_STANDBY');

-- +goose Down
DELETE FROM action_kinds WHERE kind IN ('HAND_OUT_SITE', 'DROP_STANDBY');
