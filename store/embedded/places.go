package embedded

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// maxSocketPath is how long the path of a unix socket may be.
const maxSocketPath = 107

// places are the paths of one data folder.
type places struct {
	dir        string
	tables     string
	log        string
	tmp        string // its own: a MariaDB that starts removes the temporary tables of any other in the same folder
	run        string // holds the socket; 0700, which is what keeps others from the database
	socket     string
	pid        string
	lock       string
	serverLock string
}

// placesIn is the same for every process that names the same folder. The socket of a folder with a long
// path lies in a short one of its own.
func placesIn(dataDir string) (places, error) {
	dir, err := filepath.Abs(dataDir)
	if err != nil {
		return places{}, fmt.Errorf("the data folder: %w", err)
	}
	if resolved, err := filepath.EvalSymlinks(dir); err == nil {
		dir = resolved
	}
	run := filepath.Join(dir, "run")
	if len(filepath.Join(run, "mariadb.sock")) > maxSocketPath {
		sum := sha256.Sum256([]byte(dir))
		run = filepath.Join(shortFolder(), "central-"+strconv.Itoa(os.Geteuid())+"-"+hex.EncodeToString(sum[:8]))
	}
	return places{
		dir:        dir,
		tables:     filepath.Join(dir, "mariadb"),
		log:        filepath.Join(dir, "mariadb.log"),
		tmp:        filepath.Join(dir, "tmp"),
		run:        run,
		socket:     filepath.Join(run, "mariadb.sock"),
		pid:        filepath.Join(run, "mariadb.pid"),
		lock:       filepath.Join(dir, "lock"),
		serverLock: filepath.Join(dir, "mariadb.lock"),
	}, nil
}

// shortFolder is where sockets of this user may lie: /run for root, /tmp for others. $TMPDIR is of no use,
// since it may be long, and differ between two processes that have to meet.
func shortFolder() string {
	if os.Geteuid() == 0 {
		if info, err := os.Stat("/run"); err == nil && info.IsDir() {
			return "/run"
		}
	}
	return "/tmp"
}

// make makes the folders, and refuses a socket folder that somebody else could have prepared.
func (p places) make() error {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return fmt.Errorf("the data folder: %w", err)
	}
	if err := os.Mkdir(p.tmp, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("the database's folder for temporary files: %w", err)
	}
	if err := os.Mkdir(p.run, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("the socket's folder: %w", err)
	}
	info, err := os.Lstat(p.run)
	if err != nil {
		return fmt.Errorf("the socket's folder: %w", err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(owner.Uid) != os.Geteuid() {
		return fmt.Errorf("the socket's folder %s is not a folder of this user; remove it", p.run)
	}
	if err := os.Chmod(p.run, 0o700); err != nil {
		return fmt.Errorf("the socket's folder: %w", err)
	}
	return nil
}

// lockFolder takes the lock of one Central on a folder. The kernel lets go of it when the process ends.
func lockFolder(path, dataDir string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := flock(file); err != nil {
		defer file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the data folder: %w", err)
		}
		holder := "another process"
		if text, err := os.ReadFile(path); err == nil && len(strings.TrimSpace(string(text))) > 0 {
			holder = "process " + strings.TrimSpace(string(text))
		}
		return nil, fmt.Errorf("the data folder %s is in use by another Central (%s); stop it first, or choose another folder", dataDir, holder)
	}
	err = errors.Join(file.Truncate(0), writeAt(file, strconv.Itoa(os.Getpid())+"\n"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock the data folder: %w", err), file.Close())
	}
	return file, nil
}

func writeAt(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}

// waitForPredecessor takes the lock that a running mariadbd holds, which on a healthy folder is free. After
// Central was killed its server gets a SIGTERM from the kernel and needs a moment.
func waitForPredecessor(ctx context.Context, path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the private MariaDB: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	for {
		err := flock(file)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock the private MariaDB: %w", err), file.Close())
		}
		select {
		case <-time.After(poll):
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("the private MariaDB of an earlier Central still runs on %s and does not end: %w", filepath.Dir(path), ctx.Err()), file.Close())
		}
	}
}

func flock(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
