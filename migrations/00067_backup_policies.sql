-- +goose Up
CREATE TABLE backup_policies (
    id                  BIGINT UNSIGNED NOT NULL PRIMARY KEY COMMENT '1: there is one for the whole fleet',
    every_hours         INT NOT NULL,
    keep_last           INT NOT NULL,
    keep_daily          INT NOT NULL,
    keep_weekly         INT NOT NULL,
    keep_monthly        INT NOT NULL,
    manual_days         INT NOT NULL,
    before_restore_days INT NOT NULL,
    final_days          INT NOT NULL,
    test_days           INT NOT NULL,
    next_test_at        DATETIME(6) NULL COMMENT 'when a restore is tested next',
    updated_at          DATETIME(6) NOT NULL
) DEFAULT CHARSET = utf8mb4;

-- +goose Down
DROP TABLE backup_policies;
