-- +goose Up
CREATE TABLE certificates (
    id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    names          JSON NOT NULL COMMENT 'host names and wildcards, sorted',
    names_digest   CHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'of the kind and the names: one certificate for each',
    kind           ENUM('ACME', 'UPLOADED') NOT NULL,
    status         ENUM('WAITING', 'ACTIVE', 'FAILED') NOT NULL,
    chain          MEDIUMTEXT NOT NULL COMMENT 'PEM, the certificate first',
    sealed_key     BLOB NULL COMMENT 'PEM of the private key as age ciphertext; the identity is not in the database',
    digest         VARCHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'SHA256 of the certificate',
    issuer         VARCHAR(500) NOT NULL,
    not_before     DATETIME(6) NULL,
    not_after      DATETIME(6) NULL,
    next_attempt_at DATETIME(6) NULL COMMENT 'when it is issued again; null for one that was uploaded',
    failures       INT NOT NULL COMMENT 'since it was last issued',
    last_error     TEXT NOT NULL,
    busy_action_id BIGINT UNSIGNED NULL,
    created_at     DATETIME(6) NOT NULL,
    updated_at     DATETIME(6) NOT NULL,
    UNIQUE KEY certificates_names (names_digest),
    INDEX certificates_due (kind, next_attempt_at),
    CONSTRAINT certificates_key_is_sealed CHECK (sealed_key IS NULL OR LEFT(sealed_key, 22) = 'age-encryption.org/v1\n')
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE certificates;
