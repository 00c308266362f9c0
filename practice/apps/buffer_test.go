package apps

import (
	"bytes"
	"strings"
	"sync"
)

// syncBuffer collects a process's output while others read it.
type syncBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// Contains reports whether the output so far has this text in it.
func (b *syncBuffer) Contains(text string) bool { return strings.Contains(b.String(), text) }
