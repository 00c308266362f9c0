-- +goose Up
CREATE TABLE releases (
    id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    app_id      BIGINT UNSIGNED NOT NULL,
    `commit`    CHAR(40) CHARACTER SET ascii NOT NULL,
    version     VARCHAR(100) NOT NULL,
    subject     TEXT NOT NULL,
    author      VARCHAR(200) NOT NULL,
    authored_at DATETIME(6) NOT NULL,
    position    INT NOT NULL,
    patches     JSON NOT NULL,
    `schema`    BOOLEAN NOT NULL,
    created_at  DATETIME(6) NOT NULL,
    UNIQUE KEY releases_app_commit (app_id, `commit`),
    INDEX releases_app_position (app_id, position),
    FOREIGN KEY (app_id) REFERENCES apps (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE releases;
