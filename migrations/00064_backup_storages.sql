-- +goose Up
CREATE TABLE backup_storages (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    endpoint   VARCHAR(200) CHARACTER SET ascii NOT NULL,
    region     VARCHAR(40) CHARACTER SET ascii NOT NULL,
    bucket     VARCHAR(63) CHARACTER SET ascii NOT NULL,
    prefix     VARCHAR(101) CHARACTER SET ascii NOT NULL,
    access_key VARCHAR(200) NOT NULL,
    in_use     BOOLEAN NOT NULL COMMENT 'new backups are copied there; one storage at most',
    checked_at DATETIME(6) NULL,
    created_at DATETIME(6) NOT NULL
) DEFAULT CHARSET = utf8mb4 COMMENT 'the secret keys are secrets named backup-storage-ID';

-- +goose Down
DROP TABLE backup_storages;
