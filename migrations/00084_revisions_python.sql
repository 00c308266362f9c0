-- +goose Up
UPDATE revisions JOIN benches ON benches.id = revisions.bench_id
SET revisions.python = benches.python;

-- +goose Down
UPDATE revisions
SET python = 'python3';
