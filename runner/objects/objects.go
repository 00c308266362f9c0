// Package objects speaks with whatever keeps backups behind an S3 API. The bytes themselves go straight between servers and
// the storage: Central signs the addresses for that, so that no server ever holds its keys.
package objects

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"central/fleet"
)

// signedFor is how long a signed address works: what is to be sent may wait for its turn on a slow line.
const signedFor = 24 * time.Hour

// Parts that an object is sent in. There are 10,000 at most.
const (
	smallestPart = 64 << 20
	mostParts    = 9000
)

// Bucket is a storage with the keys to it.
type Bucket struct {
	core   *minio.Core
	bucket string
}

// Open makes a Bucket; it asks the storage nothing yet.
func Open(storage fleet.BackupStorage, secretKey string) (*Bucket, error) {
	address, err := url.Parse(storage.Endpoint)
	if err != nil {
		return nil, fleet.FieldErrorf(fleet.CodeInvalid, "input.endpoint", "This is no address.")
	}
	core, err := minio.NewCore(address.Host, &minio.Options{
		Creds: credentials.NewStaticV4(storage.AccessKey, secretKey, ""), Secure: address.Scheme == "https", Region: storage.Region,
		BucketLookup: minio.BucketLookupPath, MaxRetries: 3,
	})
	if err != nil {
		return nil, fleet.FieldErrorf(fleet.CodeInvalid, "input.endpoint", "The storage cannot be used: %s.", err)
	}
	return &Bucket{core: core, bucket: storage.Bucket}, nil
}

// Try writes an object below prefix, reads it, and removes it. It errs about the field of the input that is at fault.
func (b *Bucket) Try(ctx context.Context, prefix string) error {
	name, content := prefix+"central-try-"+rand.Text(), []byte("Central tries whether it may write here.\n")
	_, err := b.core.PutObject(ctx, b.bucket, name, bytes.NewReader(content), int64(len(content)), "", "", minio.PutObjectOptions{})
	if err != nil {
		return refusal(err)
	}
	object, err := b.core.Client.GetObject(ctx, b.bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return refusal(err)
	}
	read, err := io.ReadAll(object)
	err = errors.Join(err, object.Close())
	removed := b.core.RemoveObject(ctx, b.bucket, name, minio.RemoveObjectOptions{})
	switch {
	case err != nil:
		return refusal(err)
	case removed != nil:
		return refusal(removed)
	case !bytes.Equal(read, content):
		return fleet.FieldErrorf(fleet.CodeCommandFailed, "input.endpoint", "What was written to the bucket is not what it gives back.")
	}
	return nil
}

// refusal says what a storage did not like, and which field that is about.
func refusal(err error) error {
	answer := minio.ToErrorResponse(err)
	switch answer.Code {
	case "NoSuchBucket":
		return fleet.FieldErrorf(fleet.CodeNotFound, "input.bucket", "The storage has no bucket of this name.")
	case "InvalidAccessKeyId", "XAdminUserNotFound": // the latter is versitygw's word for it
		return fleet.FieldErrorf(fleet.CodeLoginRefused, "input.accessKey", "The storage does not know this access key.")
	case "SignatureDoesNotMatch":
		return fleet.FieldErrorf(fleet.CodeLoginRefused, "input.secretKey", "The secret key does not belong to this access key.")
	case "AccessDenied":
		return fleet.FieldErrorf(fleet.CodeForbidden, "input.accessKey", "This access key may not write, read and remove objects in the bucket.")
	case "AuthorizationHeaderMalformed", "InvalidRegion":
		return fleet.FieldErrorf(fleet.CodeInvalid, "input.region", "The bucket is in another region: %s", answer.Message)
	}
	if answer.StatusCode != 0 {
		return fleet.FieldErrorf(fleet.CodeCommandFailed, "input.endpoint", "The storage answered %d, %s: %s", answer.StatusCode, answer.Code, answer.Message)
	}
	var request *url.Error
	if errors.As(err, &request) { // the address that was asked helps nobody
		err = request.Err
	}
	return fleet.FieldErrorf(fleet.CodeUnreachable, "input.endpoint", "The storage could not be reached: %s.", err)
}

// Part is a piece of an object that a server sends by itself.
type Part struct {
	Number int    `json:"number"`
	Offset int64  `json:"offset"`
	Size   int64  `json:"size"`
	URL    string `json:"url"`
}

// Begin begins an object anew, and returns the name of the upload. Parts of an earlier one that came to no end are removed.
func (b *Bucket) Begin(ctx context.Context, object string) (string, error) {
	if err := b.core.RemoveIncompleteUpload(ctx, b.bucket, object); err != nil && minio.ToErrorResponse(err).StatusCode != http.StatusNotFound {
		return "", failed("begin "+object, err)
	}
	upload, err := b.core.NewMultipartUpload(ctx, b.bucket, object, minio.PutObjectOptions{ContentType: "application/octet-stream"})
	return upload, failed("begin "+object, err)
}

// Parts cuts an object of a size into parts, and signs the address of each.
func (b *Bucket) Parts(ctx context.Context, object, upload string, size int64) ([]Part, error) {
	each := max(smallestPart, (size+mostParts-1)/mostParts)
	parts := []Part{}
	for offset := int64(0); offset < size; offset += each {
		part := Part{Number: len(parts) + 1, Offset: offset, Size: min(each, size-offset)}
		address, err := b.core.Presign(ctx, http.MethodPut, b.bucket, object, signedFor, url.Values{
			"uploadId": {upload}, "partNumber": {strconv.Itoa(part.Number)},
		})
		if err != nil {
			return nil, failed("sign "+object, err)
		}
		part.URL = address.String()
		parts = append(parts, part)
	}
	return parts, nil
}

// Finish makes an object of its parts, whose tags the storage gave in their order, and makes sure that it has the size. An
// object that is complete already is left as it is.
func (b *Bucket) Finish(ctx context.Context, object, upload string, tags []string, size int64) error {
	if there, err := b.Size(ctx, object); err != nil || there == size {
		return err
	}
	parts := make([]minio.CompletePart, len(tags))
	for i, tag := range tags {
		parts[i] = minio.CompletePart{PartNumber: i + 1, ETag: tag}
	}
	if _, err := b.core.CompleteMultipartUpload(ctx, b.bucket, object, upload, parts, minio.PutObjectOptions{}); err != nil {
		return failed("finish "+object, err)
	}
	there, err := b.Size(ctx, object)
	if err == nil && there != size {
		err = fleet.Errorf(fleet.CodeCommandFailed, "%s has %d bytes in the storage, not %d.", object, there, size)
	}
	return err
}

// Size is how many bytes an object has, -1 when there is none.
func (b *Bucket) Size(ctx context.Context, object string) (int64, error) {
	found, err := b.core.StatObject(ctx, b.bucket, object, minio.StatObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return -1, nil
	}
	return found.Size, failed("look at "+object, err)
}

// Address is where a server may read an object.
func (b *Bucket) Address(ctx context.Context, object string) (string, error) {
	address, err := b.core.PresignedGetObject(ctx, b.bucket, object, signedFor, nil)
	if err != nil {
		return "", failed("sign "+object, err)
	}
	return address.String(), nil
}

// Remove removes an object and whatever parts of it there are; that there is nothing is no error.
func (b *Bucket) Remove(ctx context.Context, object string) error {
	if err := b.core.RemoveIncompleteUpload(ctx, b.bucket, object); err != nil && minio.ToErrorResponse(err).StatusCode != http.StatusNotFound {
		return failed("remove "+object, err)
	}
	return failed("remove "+object, b.core.RemoveObject(ctx, b.bucket, object, minio.RemoveObjectOptions{}))
}

func failed(what string, err error) error {
	if err == nil {
		return nil
	}
	var known *fleet.Error
	if errors.As(refusal(err), &known) {
		if known.Code == fleet.CodeUnreachable { // there it is no server that a step waits for
			known.Code = fleet.CodeStorageUnreachable
		}
		return fmt.Errorf("%w (%s)", fleet.Errorf(known.Code, "%s", known.Message), what)
	}
	return err
}
