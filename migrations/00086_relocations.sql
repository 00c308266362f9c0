-- +goose Up
CREATE TABLE relocations (
    action_id        BIGINT UNSIGNED NOT NULL PRIMARY KEY,
    site_id          BIGINT UNSIGNED NOT NULL,
    from_bench_id    BIGINT UNSIGNED NOT NULL,
    from_server_id   BIGINT UNSIGNED NOT NULL,
    from_revision_id BIGINT UNSIGNED NOT NULL,
    to_bench_id      BIGINT UNSIGNED NOT NULL,
    to_server_id     BIGINT UNSIGNED NOT NULL,
    to_revision_id   BIGINT UNSIGNED NOT NULL,
    created_as       VARCHAR(253) CHARACTER SET ascii NULL COMMENT 'of the site before',
    database_host    VARCHAR(253) CHARACTER SET ascii NOT NULL COMMENT 'what its database on another server is named after',
    ended_at         DATETIME(6) NULL COMMENT 'NULL while it is queued or under way',
    INDEX relocations_open (ended_at, to_server_id),
    INDEX relocations_site (site_id),
    FOREIGN KEY (action_id) REFERENCES actions (id),
    FOREIGN KEY (site_id) REFERENCES sites (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE relocations;
