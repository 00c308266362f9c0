package practice

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// writeFile writes a file whole and makes the directories above it.
func writeFile(path, content string, mode os.FileMode) error {
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

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
