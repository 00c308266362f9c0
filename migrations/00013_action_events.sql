-- +goose Up
CREATE TABLE action_events (
    action_id BIGINT UNSIGNED NOT NULL,
    seq       BIGINT UNSIGNED NOT NULL,
    at        DATETIME(6) NOT NULL,
    kind      ENUM('STEP', 'LINE', 'PROGRESS', 'TASK', 'STATUS', 'DEPLOY') NOT NULL,
    body      MEDIUMTEXT NOT NULL,
    PRIMARY KEY (action_id, seq)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE action_events;
