-- +goose Up
-- The name and address of a server that Central has let go of may be given to a new one.
ALTER TABLE servers
    ADD COLUMN living TINYINT AS (IF(status = 'RETIRED', NULL, 1)) STORED,
    DROP INDEX name,
    DROP INDEX servers_address_port,
    ADD UNIQUE KEY servers_name (name, living),
    ADD UNIQUE KEY servers_address_port (address, port, living);

-- +goose Down
ALTER TABLE servers
    DROP INDEX servers_name,
    DROP INDEX servers_address_port,
    DROP COLUMN living,
    ADD UNIQUE KEY name (name),
    ADD UNIQUE KEY servers_address_port (address, port);
