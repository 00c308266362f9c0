-- +goose Up
ALTER TABLE deploy_sites
    ADD INDEX deploy_sites_status (deploy_id, status),
    ADD INDEX deploy_sites_from (from_revision_id);

-- +goose Down
ALTER TABLE deploy_sites
    DROP INDEX deploy_sites_status,
    DROP INDEX deploy_sites_from;
