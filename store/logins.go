package store

import (
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
)

// Wrong passwords that a name may have from one address within loginWindow.
const (
	loginTries  = 8
	loginWindow = 5 * time.Minute
)

// loginLimiter counts wrong passwords in this process. Its zero value is ready to use.
type loginLimiter struct {
	mu    sync.Mutex
	wrong map[[2]string][]time.Time

	once      sync.Once
	decoyHash string
}

func (l *loginLimiter) allow(name, address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.recent(name, address)) < loginTries
}

func (l *loginLimiter) failed(name, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wrong == nil {
		l.wrong = map[[2]string][]time.Time{}
	}
	if len(l.wrong) > 10_000 { // somebody tries many names: forget what has run out
		for key := range l.wrong {
			l.recent(key[0], key[1])
		}
	}
	l.wrong[[2]string{name, address}] = append(l.recent(name, address), time.Now())
}

func (l *loginLimiter) succeeded(name, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.wrong, [2]string{name, address})
}

// recent drops what is older than the window and returns the rest.
func (l *loginLimiter) recent(name, address string) []time.Time {
	key := [2]string{name, address}
	times := l.wrong[key]
	for len(times) > 0 && time.Since(times[0]) > loginWindow {
		times = times[1:]
	}
	if len(times) == 0 {
		delete(l.wrong, key)
		return nil
	}
	l.wrong[key] = times
	return times
}

// decoy is a hash that no password matches, compared with when there is no such name.
func (l *loginLimiter) decoy() string {
	l.once.Do(func() {
		hash, err := argon2id.CreateHash("", argon2id.DefaultParams)
		if err == nil {
			l.decoyHash = hash
		}
	})
	return l.decoyHash
}
