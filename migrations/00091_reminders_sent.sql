-- +goose Up
UPDATE reminders SET mail = 'SENT' WHERE sent_at IS NOT NULL;

-- +goose Down
SELECT 1;
