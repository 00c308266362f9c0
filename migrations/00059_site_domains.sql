-- +goose Up
CREATE TABLE site_domains (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    site_id    BIGINT UNSIGNED NOT NULL,
    name       VARCHAR(253) CHARACTER SET ascii NOT NULL UNIQUE,
    state      ENUM('ADDING', 'ACTIVE', 'REMOVING') NOT NULL,
    main       BOOLEAN NOT NULL COMMENT 'what the site calls its own address',
    created_at DATETIME(6) NOT NULL,
    INDEX site_domains_site (site_id, name),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE site_domains;
