-- +goose Up
CREATE TABLE site_usage (
    site_id        BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    database_bytes BIGINT NOT NULL,
    files_bytes    BIGINT NOT NULL COMMENT 'public and private files, without backups',
    users          INT NULL COMMENT 'enabled people, without Administrator and Guest; null when the site could not tell',
    taken_at       DATETIME(6) NOT NULL,
    FOREIGN KEY (site_id) REFERENCES sites (id)
) DEFAULT CHARSET = utf8mb4 COMMENT = 'as it was last collected';

-- +goose Down
DROP TABLE site_usage;
