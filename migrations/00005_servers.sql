-- +goose Up
CREATE TABLE servers (
    id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name            VARCHAR(63) NOT NULL UNIQUE,
    address         VARCHAR(253) NOT NULL,
    port            INT NOT NULL,
    user            VARCHAR(32) NOT NULL,
    role            ENUM('MASTER', 'SLAVE', 'PROXY') NOT NULL,
    status          ENUM('NEW', 'SETTING_UP', 'READY', 'FAILED', 'HOST_KEY_CHANGED') NOT NULL,
    status_reason   TEXT NOT NULL,
    host_key        TEXT NOT NULL,
    actions_at_once INT NOT NULL,
    created_at      DATETIME(6) NOT NULL,
    updated_at      DATETIME(6) NOT NULL,
    UNIQUE KEY servers_address_port (address, port)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE servers;
