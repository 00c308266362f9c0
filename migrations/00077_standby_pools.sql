-- +goose Up
CREATE TABLE standby_pools (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    plan_id    BIGINT UNSIGNED NOT NULL,
    region     VARCHAR(63) NOT NULL COMMENT 'anywhere when empty',
    size       INT NOT NULL COMMENT 'how many sites are to stand ready',
    reason     VARCHAR(1000) NOT NULL COMMENT 'why there are not as many',
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    UNIQUE KEY standby_pools_plan (plan_id, region),
    FOREIGN KEY (plan_id) REFERENCES plans (id)
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE standby_pools;
