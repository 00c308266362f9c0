package runner

import (
	"context"
	"fmt"
	"time"

	"central/fleet"
	"central/runner/objects"
)

// copyToStorage copies a backup to the S3 storage. One that does not take it is missed: the backup goes on without, because it
// lies on a disk already and its site has to be free for others, and what is told of the storage raises an alert in time.
func (b *backupWork) copyToStorage(ctx context.Context) error {
	if b.w.note(noteMissed) != "" { // for the runner before this one
		return nil
	}
	bucket, storage, err := b.storageOf(ctx)
	if err != nil || bucket == nil {
		return err
	}
	err = b.untilAnswered(ctx, storage, func() error { return b.send(ctx, bucket, storage) })
	if ctx.Err() != nil || err != nil && !ofStorage(err) {
		return err
	}
	why := ""
	if err != nil {
		why = failureOf(err).Message
	}
	if seen := b.w.stored(b.r.Store.StorageSeen(b.w.write, b.w.ref, storage.ID, why)); seen != nil || err == nil || b.strict {
		return first(seen, err)
	}
	b.w.say(fmt.Sprintf("Goes on without the copy in %s at %s: %s", storage.Bucket, storage.Endpoint, why))
	if err := b.leave(b.dropSent(ctx, bucket, storage)); err != nil {
		return err
	}
	b.w.change(func(c *fleet.Cursor) { c.Notes[noteMissed] = why })
	return b.w.flush()
}

// ofStorage says whether an error is about the storage, as opposed to the server, which a step waits for, and to Central.
func ofStorage(err error) bool {
	switch fleet.ErrorCode(err) {
	case fleet.CodeUnreachable, fleet.CodeHostKeyChanged, fleet.CodeLeaseLost, fleet.CodeCancelled, fleet.CodeInternal:
		return false
	}
	return true
}

// untilAnswered calls send again while the storage does not answer, for as long as the pace says; once only while it is known
// to be away, so that a night's backups do not wait for it one after the other.
func (b *backupWork) untilAnswered(ctx context.Context, storage fleet.BackupStorage, send func() error) error {
	p := b.r.pace
	giveUp := time.Now().Add(p.storage)
	for wait := p.first; ; wait = min(2*wait, p.longest) {
		err := send()
		if fleet.ErrorCode(err) != fleet.CodeStorageUnreachable || ctx.Err() != nil || time.Now().After(giveUp) {
			return err
		}
		if missing, known := b.r.Store.StorageMissing(ctx, storage.ID); missing || known != nil {
			return first(b.w.stored(known), err)
		}
		b.w.say(fmt.Sprintf("%s Trying again.", failureOf(err).Message))
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// dropSent ends what sends to the storage and removes what has arrived.
func (b *backupWork) dropSent(ctx context.Context, bucket *objects.Bucket, storage fleet.BackupStorage) error {
	if b.isUploading() {
		if err := b.stopUnit(ctx, unitPutBackup); err != nil {
			return err
		}
		if err := b.forgetUnit(ctx, unitPutBackup); err != nil {
			return err
		}
	}
	return removeFrom(ctx, bucket, storage, b.backup)
}

// isUploading says whether the server may have been asked to send anything.
func (b *backupWork) isUploading() bool {
	for _, file := range fleet.BackupFiles {
		if b.w.note(noteUpload+file) == "" {
			return false
		}
	}
	return true
}

// leave takes it that a storage cannot be asked to remove what it has: nobody waits for that, neither the site nor its action.
func (b *backupWork) leave(err error) error {
	if err == nil || !ofStorage(err) {
		return err
	}
	b.w.say("What the storage may have of the backup stays there: " + failureOf(err).Message)
	return nil
}

// missed is how a backup ends that counts, but that the storage did not take.
func (b *backupWork) missed(ctx context.Context) error {
	why := b.w.note(noteMissed)
	if why == "" {
		return nil
	}
	backup, err := b.r.Store.Backup(ctx, b.backup.ID)
	if err != nil {
		return b.w.stored(err)
	}
	server, err := b.r.Store.Server(ctx, *backup.ServerID)
	if err != nil {
		return b.w.stored(err)
	}
	return fleet.Errorf(fleet.CodeStorageUnreachable, "%s was backed up to the disk of %s, but not to the S3 storage: %s", b.name, server.Name, why)
}

// first is the first of errors that is one.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
