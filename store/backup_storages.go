package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"central/fleet"
)

// StorageKey is the name of the secret with the secret key of a storage.
func StorageKey(storageID uint) string { return fmt.Sprintf("backup-storage-%d", storageID) }

// BackupStorage is the storage that new backups are copied to; nil while there is none.
func (s *Store) BackupStorage(ctx context.Context) (*fleet.BackupStorage, error) {
	storage, err := gorm.G[fleet.BackupStorage](s.db).Where("in_use").First(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	return &storage, err
}

// BackupStoragesByID reads many storages at once.
func (s *Store) BackupStoragesByID(ctx context.Context, ids []uint) (map[uint]fleet.BackupStorage, error) {
	return byID(ctx, s.db, ids, func(v fleet.BackupStorage) uint { return v.ID })
}

// CheckBackupStorage says whether actor may set this storage, before it is tried. It errs with CodeInvalid and the field.
func (s *Store) CheckBackupStorage(actor fleet.Actor, in *fleet.BackupStorageInput) error {
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return err
	}
	return in.Validate()
}

// SetBackupStorage has new backups copied to a storage that was just tried. sealedKey is its secret key, encrypted. What
// lies in an earlier one stays there, and can be restored.
func (s *Store) SetBackupStorage(ctx context.Context, actor fleet.Actor, in fleet.BackupStorageInput, sealedKey []byte) (fleet.BackupStorage, error) {
	var storage fleet.BackupStorage
	if err := s.CheckBackupStorage(actor, &in); err != nil {
		return storage, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) error {
		if err := leaveStorages(tx); err != nil {
			return err
		}
		earlier, err := gorm.G[fleet.BackupStorage](tx, forUpdate).Where("endpoint = ? AND bucket = ? AND prefix = ?", in.Endpoint, in.Bucket, in.Prefix).First(ctx)
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		storage = fleet.BackupStorage{
			ID: earlier.ID, Endpoint: in.Endpoint, Region: in.Region, Bucket: in.Bucket, Prefix: in.Prefix, AccessKey: in.AccessKey,
			InUse: true, CheckedAt: new(now()), CreatedAt: earlier.CreatedAt,
		}
		if storage.ID == 0 {
			storage.CreatedAt = now()
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&storage).Error; err != nil {
			return err
		}
		if err := dropSecret(tx, StorageKey(storage.ID)); err != nil {
			return err
		}
		if err := gorm.G[secret](tx).Create(ctx, &secret{Name: StorageKey(storage.ID), Sealed: sealedKey, CreatedAt: now()}); err != nil {
			return err
		}
		return s.audit(tx, actor, "setBackupStorage", storage.Bucket+" at "+storage.Endpoint, map[string]any{
			"endpoint": in.Endpoint, "region": in.Region, "bucket": in.Bucket, "prefix": in.Prefix, "accessKey": in.AccessKey,
		}, nil)
	})
	return storage, err
}

// StopBackupStorage has no more backups copied to a storage. It errs with CodeNotFound when none is in use.
func (s *Store) StopBackupStorage(ctx context.Context, actor fleet.Actor) (fleet.BackupStorage, error) {
	var storage fleet.BackupStorage
	if err := actor.Require(fleet.RoleAdmin); err != nil {
		return storage, err
	}
	err := s.tx(ctx, func(tx *gorm.DB) (err error) {
		storage, err = gorm.G[fleet.BackupStorage](tx, forUpdate).Where("in_use").First(ctx)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return fleet.Errorf(fleet.CodeNotFound, "Backups are copied to no storage.")
		}
		if err != nil {
			return err
		}
		storage.InUse = false
		if err := leaveStorages(tx); err != nil {
			return err
		}
		return s.audit(tx, actor, "stopBackupStorage", storage.Bucket+" at "+storage.Endpoint, nil, nil)
	})
	return storage, err
}

func storageAlertKey(storageID uint) string { return fmt.Sprintf("storage:%d", storageID) }

// leaveStorages has no storage in use any more; whether one takes backups is of no concern then.
func leaveStorages(tx *gorm.DB) error {
	used, err := gorm.G[fleet.BackupStorage](tx, forUpdate).Where("in_use").Find(tx.Statement.Context)
	if err != nil {
		return err
	}
	for _, storage := range used {
		if err := setAlert(tx, storageAlertKey(storage.ID), fleet.Alert{}, now()); err != nil {
			return err
		}
	}
	return tx.Model(&fleet.BackupStorage{}).Where("in_use").Updates(map[string]any{"in_use": false, "misses": 0}).Error
}

// StorageMissing says whether the alert of a storage is open: several backups in a row did not get there.
func (s *Store) StorageMissing(ctx context.Context, storageID uint) (bool, error) {
	open, err := gorm.G[fleet.Alert](s.db).Where("open_key = ?", storageAlertKey(storageID)).Count(ctx, "id")
	return open > 0, err
}

// StorageSeen records that a storage took the backup of an action, or why not: the second one in a row that it does not take
// raises an alert, the first that it takes clears it. What became of a storage that is not in use any more is of no concern.
func (s *Store) StorageSeen(ctx context.Context, ref LeaseRef, storageID uint, why string) error {
	return s.fenced(ctx, ref, func(tx *gorm.DB, _ *fleet.Action) error {
		storage, err := one[fleet.BackupStorage](ctx, tx, "storage", storageID, forUpdate)
		if err != nil || !storage.InUse {
			return err
		}
		misses, alert := storage.Seen(why == "")
		if err := tx.Model(&fleet.BackupStorage{}).Where("id = ?", storageID).Update("misses", misses).Error; err != nil {
			return err
		}
		missing := fleet.Alert{}
		if alert {
			missing = fleet.Alert{
				Rule: fleet.AlertStorage, Severity: fleet.SeverityCritical, Subject: storage.Bucket,
				Sentence: "The S3 storage takes no backups: " + why,
			}
		}
		return setAlert(tx, storageAlertKey(storageID), missing, now())
	})
}
