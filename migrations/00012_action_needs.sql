-- +goose Up
CREATE TABLE action_needs (
    action_id BIGINT UNSIGNED NOT NULL,
    needs_id  BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (action_id, needs_id),
    INDEX action_needs_needed (needs_id),
    FOREIGN KEY (action_id) REFERENCES actions (id),
    FOREIGN KEY (needs_id) REFERENCES actions (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE action_needs;
