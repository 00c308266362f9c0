-- +goose Up
CREATE TABLE saved_views (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id    BIGINT UNSIGNED NOT NULL,
    page       ENUM('SITES') NOT NULL,
    name       VARCHAR(60) NOT NULL,
    search     VARCHAR(2000) NOT NULL COMMENT 'the query of the address, without its question mark',
    created_at DATETIME(6) NOT NULL,
    UNIQUE KEY saved_views_name (user_id, page, name),
    FOREIGN KEY (user_id) REFERENCES users (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE saved_views;
