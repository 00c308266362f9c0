-- +goose Up
CREATE TABLE deploy_sites (
    id                  BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    deploy_id           BIGINT UNSIGNED NOT NULL,
    site_id             BIGINT UNSIGNED NOT NULL,
    action_id           BIGINT UNSIGNED NOT NULL UNIQUE,
    server_id           BIGINT UNSIGNED NOT NULL,
    site_name           VARCHAR(253) CHARACTER SET ascii NOT NULL,
    from_revision_id    BIGINT UNSIGNED NOT NULL,
    to_revision_id      BIGINT UNSIGNED NOT NULL,
    status              ENUM('WAITING', 'RUNNING', 'DONE', 'ROLLED_BACK', 'BROKEN', 'CANCELLED', 'NOT_STARTED') NOT NULL,
    step                VARCHAR(200) NOT NULL,
    detail              VARCHAR(500) NOT NULL,
    percent             INT NOT NULL,
    patches             INT NOT NULL COMMENT 'that the plan expects',
    maintenance_since   DATETIME(6) NULL,
    maintenance_seconds DOUBLE NULL,
    skipped_patches     JSON NOT NULL,
    error_code          VARCHAR(40) NOT NULL,
    error_message       TEXT NOT NULL,
    started_at          DATETIME(6) NULL,
    finished_at         DATETIME(6) NULL,
    UNIQUE KEY deploy_sites_site (deploy_id, site_id),
    INDEX deploy_sites_history (site_id, id),
    INDEX deploy_sites_to (to_revision_id),
    FOREIGN KEY (deploy_id) REFERENCES deploys (id),
    FOREIGN KEY (site_id) REFERENCES sites (id),
    FOREIGN KEY (action_id) REFERENCES actions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE deploy_sites;
