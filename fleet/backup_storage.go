package fleet

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// BackupStorage is a bucket behind an S3 API, to which backups are copied besides. Its secret key is sealed elsewhere.
type BackupStorage struct {
	ID        uint
	Endpoint  string // such as "https://s3.example.com"
	Region    string
	Bucket    string
	Prefix    string // before the names of all objects; empty, or ends in a slash
	AccessKey string
	InUse     bool       // new backups go there; at most one storage is
	Misses    int        // backups in a row that it did not take, as far as they matter for its alert
	CheckedAt *time.Time // when an object was last written and removed there
	CreatedAt time.Time
}

// Seen is the storage after one more backup that it took, or did not: how many it missed in a row, and whether its alert is to
// be open. One that is missed once only may have been away for a moment.
func (s BackupStorage) Seen(took bool) (misses int, alert bool) {
	limit := Limits[AlertStorage]
	misses = counted(s.Misses, !took, limit.Raise)
	return misses, misses >= limit.Raise
}

// Object is the name of one of the two files of a backup in the storage.
func (s BackupStorage) Object(backup Backup, file string) string {
	return s.Prefix + BackupPath(backup, file)
}

// BackupPath is where one of the two files of a backup lies, below the folder of all backups.
func BackupPath(backup Backup, file string) string {
	return backup.SiteName + "/" + strconv.FormatUint(uint64(backup.ID), 10) + "." + file + ".age"
}

// BackupStorageInput is where backups are to be copied to.
type BackupStorageInput struct {
	Endpoint  string
	Region    string
	Bucket    string
	Prefix    string
	AccessKey string
	SecretKey Secret
}

var (
	bucketName   = regexp.MustCompile(`\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z`)
	bucketPrefix = regexp.MustCompile(`\A[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*/?\z`)
	regionName   = regexp.MustCompile(`\A[A-Za-z0-9-]{1,40}\z`)
)

// Validate checks the input's form and brings it into one way of writing. It errs with CodeInvalid and the field.
func (in *BackupStorageInput) Validate() error {
	in.Endpoint = strings.TrimRight(strings.TrimSpace(in.Endpoint), "/")
	address, err := url.Parse(in.Endpoint)
	if err != nil || address.Scheme != "https" && address.Scheme != "http" || address.Host == "" || address.Path != "" || address.User != nil || address.RawQuery != "" || len(in.Endpoint) > 200 {
		return FieldErrorf(CodeInvalid, "input.endpoint", "The endpoint is an address such as https://s3.example.com, without a path.")
	}
	if in.Region == "" {
		in.Region = "us-east-1"
	}
	if !regionName.MatchString(in.Region) {
		return FieldErrorf(CodeInvalid, "input.region", "A region is a word such as eu-central-1.")
	}
	if !bucketName.MatchString(in.Bucket) {
		return FieldErrorf(CodeInvalid, "input.bucket", "A bucket is called by 3 to 63 lower-case letters, digits, dots and dashes.")
	}
	if in.Prefix != "" {
		if !bucketPrefix.MatchString(in.Prefix) || len(in.Prefix) > 100 {
			return FieldErrorf(CodeInvalid, "input.prefix", "A prefix is a path such as backups/central/.")
		}
		in.Prefix = strings.TrimRight(in.Prefix, "/") + "/"
	}
	if len(in.SecretKey) < 8 || len(in.SecretKey) > 200 {
		return FieldErrorf(CodeInvalid, "input.secretKey", "The secret key is missing, or no secret key.")
	}
	if in.AccessKey == "" || len(in.AccessKey) > 200 || strings.ContainsAny(in.AccessKey, "\r\n\t ") {
		return FieldErrorf(CodeInvalid, "input.accessKey", "The access key is missing.")
	}
	return nil
}
