package bench

import (
	"path/filepath"
	"strings"
)

var freeSpace = shellScript("free_space")

// FreeSpace answers with the bytes that are free below each directory in which a deploy writes, which
// ParseFreeSpace reads.
func FreeSpace() Command {
	return script(freeSpace, "", "look for free disk space")
}

// ParseFreeSpace reads the answer to FreeSpace: the directory with the least room, and how much that is in
// bytes. The directory is empty when nothing was found.
func ParseFreeSpace(stdout []byte) (dir string, free int64) {
	values := ParseValues(stdout)
	for key := range values {
		if bytes := values.Int(key); strings.HasPrefix(key, "/") && (dir == "" || bytes < free || bytes == free && key < dir) {
			dir, free = filepath.Clean(key), bytes
		}
	}
	return dir, free
}
