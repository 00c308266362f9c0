-- +goose Up
CREATE TABLE secrets (
    name       VARCHAR(100) NOT NULL PRIMARY KEY,
    sealed     BLOB NOT NULL COMMENT 'age ciphertext; the identity is not in the database',
    created_at DATETIME(6) NOT NULL
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE secrets;
