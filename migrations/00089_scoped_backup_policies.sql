-- +goose Up
CREATE TABLE scoped_backup_policies (
    id                  BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    plan_id             BIGINT UNSIGNED NULL UNIQUE COMMENT 'for the sites of its subscriptions,',
    bench_id            BIGINT UNSIGNED NULL UNIQUE COMMENT 'or for those of this bench',
    every_hours         INT NOT NULL,
    keep_last           INT NOT NULL,
    keep_daily          INT NOT NULL,
    keep_weekly         INT NOT NULL,
    keep_monthly        INT NOT NULL,
    manual_days         INT NOT NULL,
    before_restore_days INT NOT NULL,
    final_days          INT NOT NULL,
    updated_at          DATETIME(6) NOT NULL,
    FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE,
    FOREIGN KEY (bench_id) REFERENCES benches (id)
) DEFAULT CHARSET = utf8mb4 COMMENT 'over the one of the fleet in backup_policies';

-- +goose Down
DROP TABLE scoped_backup_policies;
