-- +goose Up
ALTER TABLE reminders
    ADD COLUMN mail ENUM('WAITING', 'SENT', 'FAILED', 'OUTDATED') NOT NULL DEFAULT 'WAITING',
    ADD COLUMN mail_tries INT NOT NULL DEFAULT 0,
    ADD COLUMN mail_due_at DATETIME(6) NOT NULL DEFAULT '2000-01-01' COMMENT 'when it is tried next',
    ADD COLUMN mail_error VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'of the last try',
    ADD INDEX reminders_mail (mail, mail_due_at);

-- +goose Down
ALTER TABLE reminders
    DROP COLUMN mail, DROP COLUMN mail_tries, DROP COLUMN mail_due_at, DROP COLUMN mail_error;
