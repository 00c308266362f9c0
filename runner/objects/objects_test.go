package objects

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"central/fleet"
)

const (
	access = "central-test"
	secret = "a-secret-of-the-test"
)

// newServer is a real server with an S3 API that keeps the bucket "backups" in a folder. It returns the storage there.
func newServer(t *testing.T) fleet.BackupStorage {
	t.Helper()
	built, err := exec.Command("../../scripts/versitygw").Output()
	if err != nil {
		t.Fatalf("build the S3 server: %v", err)
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "backups"), 0o700); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	server := exec.Command(strings.TrimSpace(string(built)), "--access", access, "--secret", secret, "--port", address, "posix", "--sidecar", t.TempDir(), dir)
	var said bytes.Buffer
	server.Stdout, server.Stderr = &said, &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			_ = connection.Close()
			return fleet.BackupStorage{Endpoint: "http://" + address, Region: "us-east-1", Bucket: "backups", AccessKey: access}
		}
		select {
		case <-deadline.C:
			t.Fatalf("the S3 server does not answer: %s", &said)
		case <-again.C:
		}
	}
}

func mustOpen(t *testing.T, storage fleet.BackupStorage, key string) *Bucket {
	t.Helper()
	bucket, err := Open(storage, key)
	if err != nil {
		t.Fatal(err)
	}
	return bucket
}

// send puts a part where it belongs, as a server does, and returns its tag.
func send(t *testing.T, part Part, content []byte) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, part.URL, bytes.NewReader(content[part.Offset:part.Offset+part.Size]))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK {
		t.Fatalf("part %d: %s %s", part.Number, answer.Status, text)
	}
	return strings.Trim(answer.Header.Get("ETag"), `"`)
}

func TestBucket(t *testing.T) {
	storage := newServer(t)
	bucket := mustOpen(t, storage, secret)
	const object = "central/acme.example.com/7.database.age"
	size := func(want int64) {
		t.Helper()
		if got, err := bucket.Size(t.Context(), object); err != nil || got != want {
			t.Errorf("it has %d bytes, want %d: %v", got, want, err)
		}
	}
	content := make([]byte, smallestPart+1000) // two parts
	if _, err := rand.Read(content); err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Begin(t.Context(), object); err != nil { // comes to no end
		t.Fatal(err)
	}
	upload, err := bucket.Begin(t.Context(), object)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := bucket.Parts(t.Context(), object, upload, int64(len(content)))
	if err != nil || len(parts) != 2 || parts[1].Size != 1000 {
		t.Fatalf("%v %+v", err, parts)
	}
	tags := []string{}
	for _, part := range parts {
		if strings.Contains(part.URL, secret) {
			t.Error("the secret key is in an address")
		}
		tags = append(tags, send(t, part, content))
	}
	size(-1)      // what is not finished is not there
	for range 2 { // by a runner that took over, too
		if err := bucket.Finish(t.Context(), object, upload, tags, int64(len(content))); err != nil {
			t.Fatal(err)
		}
	}
	size(int64(len(content)))
	address, err := bucket.Address(t.Context(), object)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%s, %d bytes, %v", answer.Status, len(got), err)
	}
	for range 2 {
		if err := bucket.Remove(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	size(-1)
}

func TestBucket_Try(t *testing.T) {
	storage := newServer(t)
	if err := mustOpen(t, storage, secret).Try(t.Context(), "central/"); err != nil {
		t.Fatal(err)
	}
	nobody := storage
	nobody.Endpoint = "http://127.0.0.1:1"
	elsewhere := storage
	elsewhere.Bucket = "elsewhere"
	stranger := storage
	stranger.AccessKey = "stranger"
	for _, c := range []struct {
		storage fleet.BackupStorage
		key     string
		want    string
	}{
		{storage, "not-" + secret, "LOGIN_REFUSED input.secretKey"},
		{stranger, secret, "LOGIN_REFUSED input.accessKey"},
		{elsewhere, secret, "NOT_FOUND input.bucket"},
		{nobody, secret, "UNREACHABLE input.endpoint"},
	} {
		err := mustOpen(t, c.storage, c.key).Try(t.Context(), "central/")
		var known *fleet.Error
		if !errors.As(err, &known) || fmt.Sprint(known.Code, " ", known.Field) != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
