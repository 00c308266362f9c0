-- +goose Up
CREATE TABLE deploys (
    id                   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    action_id            BIGINT UNSIGNED NOT NULL,
    title                VARCHAR(400) NOT NULL,
    status               ENUM('QUEUED', 'RUNNING', 'CANCELLING', 'SUCCEEDED', 'FAILED', 'CANCELLED') NOT NULL,
    releases             JSON NOT NULL,
    sites_at_once        INT NOT NULL,
    skip_failing_patches BOOLEAN NOT NULL,
    idempotency_key      VARCHAR(100) COLLATE utf8mb4_bin NOT NULL UNIQUE,
    input_digest         CHAR(64) CHARACTER SET ascii NOT NULL,
    retry_of_id          BIGINT UNSIGNED NULL,
    actor_name           VARCHAR(200) NOT NULL,
    total                INT NOT NULL,
    done                 INT NOT NULL,
    rolled_back          INT NOT NULL,
    broken               INT NOT NULL,
    cancelled            INT NOT NULL,
    not_started          INT NOT NULL,
    created_at           DATETIME(6) NOT NULL,
    started_at           DATETIME(6) NULL,
    finished_at          DATETIME(6) NULL,
    FOREIGN KEY (action_id) REFERENCES actions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE deploys;
