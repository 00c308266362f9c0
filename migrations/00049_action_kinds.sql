-- +goose Up
CREATE TABLE action_kinds (
    kind VARCHAR(30) CHARACTER SET ascii NOT NULL PRIMARY KEY
) COMMENT = 'a new kind of action is a row here';

-- +goose Down
DROP TABLE action_kinds;
