package runner

import (
	"context"
	"fmt"
	"strconv"

	"central/fleet"
	"central/runner/bench"
	"central/runner/objects"
	"central/store"
)

// Units that carry a backup to the S3 storage and back.
const (
	unitPutBackup = "put-backup"
	unitGetBackup = "get-backup"
)

// noteStorage is the note with the number of the storage that a backup is for, 0 for none; noteUpload and the name of a
// file is the one with the name of its upload; noteMissed says why the storage did not take it.
const (
	noteStorage = "storage"
	noteUpload  = "upload."
	noteMissed  = "missed"
)

// bucket opens a storage that is on record.
func (r *Runner) bucket(ctx context.Context, id uint) (*objects.Bucket, fleet.BackupStorage, error) {
	storages, err := r.Store.BackupStoragesByID(ctx, []uint{id})
	if err != nil {
		return nil, fleet.BackupStorage{}, err
	}
	storage, ok := storages[id]
	if !ok {
		return nil, storage, fleet.Errorf(fleet.CodeNotFound, "There is no storage with the id %d.", id)
	}
	sealed, err := r.Store.Secret(ctx, store.StorageKey(id))
	if err != nil {
		return nil, storage, err
	}
	key, err := r.Vault.Open(sealed)
	if err != nil {
		return nil, storage, err
	}
	bucket, err := objects.Open(storage, string(key))
	return bucket, storage, err
}

// storageOf is the storage that a backup is for, nil for none. Which it is, is decided once.
func (b *backupWork) storageOf(ctx context.Context) (*objects.Bucket, fleet.BackupStorage, error) {
	if b.w.note(noteStorage) == "" {
		chosen := uint(0)
		storage, err := b.r.Store.BackupStorage(ctx)
		if err != nil {
			return nil, fleet.BackupStorage{}, err
		}
		if storage != nil {
			chosen = storage.ID
		}
		b.w.change(func(c *fleet.Cursor) { c.Notes[noteStorage] = strconv.FormatUint(uint64(chosen), 10) })
	}
	id, err := b.storageID()
	if err != nil || id == nil {
		return nil, fleet.BackupStorage{}, err
	}
	return b.r.bucket(ctx, *id)
}

// storageID is the number of the storage that the backup was copied to, nil for none.
func (b *backupWork) storageID() (*uint, error) {
	id, err := strconv.ParseUint(b.w.note(noteStorage), 10, 64)
	if err != nil || id == 0 {
		return nil, err
	}
	chosen := uint(id)
	return &chosen, nil
}

// send has the server send both files to the storage, piece by piece to addresses that Central signed.
func (b *backupWork) send(ctx context.Context, bucket *objects.Bucket, storage fleet.BackupStorage) error {
	place, err := b.place(ctx)
	if err != nil {
		return err
	}
	parts := map[string][]objects.Part{}
	for file, size := range b.sizes() {
		upload, err := b.upload(ctx, bucket, storage, file)
		if err != nil {
			return err
		}
		if parts[file], err = bucket.Parts(ctx, storage.Object(b.backup, file), upload, size); err != nil {
			return err
		}
	}
	put := bench.PutBackup(place, parts)
	if err := b.repeatable(ctx, unitPutBackup, "Copying the backup to the storage", put, put); err != nil {
		return err
	}
	output, err := b.unitOutput(ctx, unitPutBackup)
	if err != nil {
		return err
	}
	for file, size := range b.sizes() {
		tags, err := bench.ParseTags([]byte(output), file, len(parts[file]))
		if err != nil {
			return err
		}
		if err := bucket.Finish(ctx, storage.Object(b.backup, file), b.w.note(noteUpload+file), tags, size); err != nil {
			return err
		}
	}
	b.w.say(fmt.Sprintf("Copied to %s at %s.", storage.Bucket, storage.Endpoint))
	return nil
}

func (b *backupWork) sizes() map[string]int64 {
	return map[string]int64{"database": b.backup.DatabaseBytes, "files": b.backup.FilesBytes}
}

// upload is the name of the upload of a file, which goes on when another runner has begun it.
func (b *backupWork) upload(ctx context.Context, bucket *objects.Bucket, storage fleet.BackupStorage, file string) (string, error) {
	if begun := b.w.note(noteUpload + file); begun != "" {
		return begun, nil
	}
	upload, err := bucket.Begin(ctx, storage.Object(b.backup, file))
	if err != nil {
		return "", err
	}
	b.w.change(func(c *fleet.Cursor) { c.Notes[noteUpload+file] = upload })
	return upload, b.w.flush()
}

// removeInStorage takes back what was copied to the storage.
func (b *backupWork) removeInStorage(ctx context.Context) error {
	if recorded, err := b.isRecorded(ctx); err != nil || recorded {
		return err
	}
	if err := b.stopUnit(ctx, unitPutBackup); err != nil {
		return err
	}
	if err := b.forgetUnit(ctx, unitPutBackup); err != nil {
		return err
	}
	bucket, storage, err := b.storageOf(ctx)
	if err != nil || bucket == nil {
		return err
	}
	return b.leave(removeFrom(ctx, bucket, storage, b.backup))
}

func removeFrom(ctx context.Context, bucket *objects.Bucket, storage fleet.BackupStorage, backup fleet.Backup) error {
	for _, file := range fleet.BackupFiles {
		if err := bucket.Remove(ctx, storage.Object(backup, file)); err != nil {
			return err
		}
	}
	return nil
}

// removeObjects removes what the storage has of a backup, and what one that missed it may have got of it.
func (r *Runner) removeObjects(ctx context.Context, w *work, backup fleet.Backup) error {
	if id := backup.MissedStorageID; id != nil {
		bucket, storage, err := r.bucket(ctx, *id)
		if err != nil {
			return err
		}
		if err := removeFrom(ctx, bucket, storage, backup); err != nil { // most likely it has nothing
			w.say(fmt.Sprintf("What %s may have of backup %d stays there: %s", storage.Bucket, backup.ID, failureOf(err).Message))
		}
	}
	if backup.StorageID == nil {
		return nil
	}
	bucket, storage, err := r.bucket(ctx, *backup.StorageID)
	if err != nil {
		return err
	}
	return removeFrom(ctx, bucket, storage, backup)
}

// fetchObjects has the site's server fetch the backup from the storage, and compare it.
func (s *siteRestore) fetchObjects(ctx context.Context) error {
	if s.backup.StorageID == nil {
		return fleet.Errorf(fleet.CodeNotReady, "The backup is on no disk that %s can reach.", s.host.Name)
	}
	bucket, storage, err := s.r.bucket(ctx, *s.backup.StorageID)
	if err != nil {
		return err
	}
	addresses := map[string]string{}
	for _, file := range fleet.BackupFiles {
		if addresses[file], err = bucket.Address(ctx, storage.Object(s.backup, file)); err != nil {
			return err
		}
	}
	get := bench.GetBackup(s.place, addresses)
	return s.repeatable(ctx, unitGetBackup, "Fetching the backup", get, get)
}
