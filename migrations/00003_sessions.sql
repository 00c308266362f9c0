-- +goose Up
CREATE TABLE sessions (
    token  CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    data   BLOB NOT NULL,
    expiry TIMESTAMP(6) NOT NULL,
    INDEX sessions_expiry (expiry)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE sessions;
