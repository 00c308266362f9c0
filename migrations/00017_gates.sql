-- +goose Up
CREATE TABLE gates (
    name   VARCHAR(110) CHARACTER SET ascii NOT NULL PRIMARY KEY COMMENT 'a server, or a lane of no server: claims on it take turns',
    claims BIGINT UNSIGNED NOT NULL COMMENT 'tries so far; changing it is what locks the row'
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE gates;
