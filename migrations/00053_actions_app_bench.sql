-- +goose Up
ALTER TABLE actions
    ADD INDEX actions_app (app_id, id),
    ADD INDEX actions_bench (bench_id, id);

-- +goose Down
ALTER TABLE actions DROP INDEX actions_app, DROP INDEX actions_bench;
