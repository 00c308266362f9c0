package machine

import (
	"os"
	"path/filepath"
)

// WriteFile writes a file whole, or not at all, and makes the directories above it.
func WriteFile(path, content string, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	half := path + ".new"
	if err := os.WriteFile(half, []byte(content), mode); err != nil {
		return err
	}
	// The mode given to WriteFile is subject to the umask.
	if err := os.Chmod(half, mode); err != nil {
		return err
	}
	return os.Rename(half, path)
}

// IsDir reports whether path is a directory.
func IsDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
