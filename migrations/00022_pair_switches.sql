-- +goose Up
CREATE TABLE pair_switches (
    id               BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    pair_id          BIGINT UNSIGNED NOT NULL,
    kind             ENUM('SWITCH_OVER', 'FAIL_OVER') NOT NULL,
    from_id          BIGINT UNSIGNED NOT NULL COMMENT 'the master until then',
    to_id            BIGINT UNSIGNED NOT NULL COMMENT 'the slave until then',
    action_id        BIGINT UNSIGNED NOT NULL UNIQUE,
    actor_name       VARCHAR(200) NOT NULL,
    reason           TEXT NOT NULL,
    started_at       DATETIME(6) NOT NULL,
    finished_at      DATETIME(6) NULL,
    downtime_seconds DOUBLE NULL,
    loss             TEXT NOT NULL,
    switched         BOOLEAN NOT NULL COMMENT 'whether the slave took over',
    INDEX pair_switches_pair (pair_id, id),
    FOREIGN KEY (pair_id) REFERENCES pairs (id),
    FOREIGN KEY (from_id) REFERENCES servers (id),
    FOREIGN KEY (to_id) REFERENCES servers (id),
    FOREIGN KEY (action_id) REFERENCES actions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE pair_switches;
