-- +goose Up
ALTER TABLE server_hours
    ADD COLUMN slave_samples INT NOT NULL DEFAULT 0 COMMENT 'how many samples saw a slave',
    ADD COLUMN receives_avg DOUBLE NULL COMMENT 'share of those in which it received',
    ADD COLUMN applies_avg DOUBLE NULL,
    ADD COLUMN position VARCHAR(255) CHARACTER SET ascii NULL COMMENT 'GTID of the last of them',
    ADD COLUMN mirror_age_avg DOUBLE NULL,
    ADD COLUMN mirror_age_max DOUBLE NULL;

-- +goose Down
ALTER TABLE server_hours DROP COLUMN slave_samples, DROP COLUMN receives_avg, DROP COLUMN applies_avg, DROP COLUMN position,
    DROP COLUMN mirror_age_avg, DROP COLUMN mirror_age_max;
