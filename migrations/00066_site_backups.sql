-- +goose Up
ALTER TABLE sites
    ADD COLUMN last_backup_at DATETIME(6) NULL COMMENT 'the moment that its newest complete backup shows',
    ADD COLUMN backup_due_at DATETIME(6) NOT NULL DEFAULT '2000-01-01 00:00:00' COMMENT 'when the schedule wants the next one',
    ADD COLUMN retention_due_at DATETIME(6) NOT NULL DEFAULT '2000-01-01 00:00:00' COMMENT 'when its backups are next held against the policy',
    ADD INDEX sites_last_backup (last_backup_at, id),
    ADD INDEX sites_backup_due (backup_due_at),
    ADD INDEX sites_retention_due (retention_due_at);

-- +goose Down
ALTER TABLE sites
    DROP COLUMN last_backup_at,
    DROP COLUMN backup_due_at,
    DROP COLUMN retention_due_at;
