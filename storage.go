package main

import (
	"context"
	"time"

	"central/fleet"
	"central/runner/objects"
)

// storagePatience is how long a storage may take to answer when it is tried.
const storagePatience = 20 * time.Second

// tryStorage writes an object to a backup storage, reads and removes it.
func tryStorage(ctx context.Context, in fleet.BackupStorageInput) error {
	ctx, cancel := context.WithTimeout(ctx, storagePatience)
	defer cancel()
	bucket, err := objects.Open(fleet.BackupStorage{
		Endpoint: in.Endpoint, Region: in.Region, Bucket: in.Bucket, AccessKey: in.AccessKey,
	}, string(in.SecretKey))
	if err != nil {
		return err
	}
	return bucket.Try(ctx, in.Prefix)
}
