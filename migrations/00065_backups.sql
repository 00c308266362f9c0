-- +goose Up
CREATE TABLE backups (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    site_id         BIGINT UNSIGNED NOT NULL,
    site_name       VARCHAR(253) CHARACTER SET ascii NOT NULL COMMENT 'that the site had then; part of the path of the files',
    kind            ENUM('MANUAL', 'SCHEDULED', 'FINAL', 'BEFORE_RESTORE') NOT NULL,
    state           ENUM('TAKING', 'COMPLETE', 'FAILED', 'REMOVING', 'REMOVED') NOT NULL,
    state_reason    TEXT NOT NULL,
    action_id       BIGINT UNSIGNED NOT NULL COMMENT 'took it',
    remove_id       BIGINT UNSIGNED NULL COMMENT 'the action that removes it',
    bench_id        BIGINT UNSIGNED NOT NULL,
    revision_id     BIGINT UNSIGNED NOT NULL,
    server_id       BIGINT UNSIGNED NULL COMMENT 'whose disk holds it',
    storage_id      BIGINT UNSIGNED NULL COMMENT 'the S3 storage that holds it',
    database_name   VARCHAR(64) NOT NULL,
    `tables`        INT NOT NULL,
    database_bytes  BIGINT NOT NULL,
    database_digest VARCHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'SHA-256 of the encrypted file',
    tables_digest   VARCHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'SHA-256 of what the tables hold',
    files           INT NOT NULL,
    files_bytes     BIGINT NOT NULL,
    files_digest    VARCHAR(64) CHARACTER SET ascii NOT NULL,
    tree_digest     VARCHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'SHA-256 of names, modes and contents of the files',
    apps            JSON NOT NULL,
    version         VARCHAR(200) NOT NULL,
    taken_at        DATETIME(6) NULL,
    seconds         DOUBLE NULL,
    removed_at      DATETIME(6) NULL,
    created_at      DATETIME(6) NOT NULL,
    INDEX backups_site (site_id, id),
    INDEX backups_action (action_id),
    INDEX backups_state (state, id),
    FOREIGN KEY (site_id) REFERENCES sites (id),
    FOREIGN KEY (server_id) REFERENCES servers (id),
    FOREIGN KEY (storage_id) REFERENCES backup_storages (id)
) DEFAULT CHARSET = utf8mb4 COMMENT 'the key that opens one is the secret named backup-ID';

-- +goose Down
DROP TABLE backups;
