-- +goose Up
CREATE TABLE site_config_keys (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    site_id    BIGINT UNSIGNED NOT NULL,
    name       VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    value      TEXT NOT NULL COMMENT 'as JSON; empty for a secret',
    secret     BOOLEAN NOT NULL,
    actor_name VARCHAR(200) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    UNIQUE (site_id, name),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE site_config_keys;
