package store

import (
	"sync"
	"time"
)

// Wrong passwords that a name may have from one address, and that one address may send, within loginWindow.
const (
	loginTries   = 8
	addressTries = 100
	loginWindow  = 5 * time.Minute
)

// maxRemembered is how many names and addresses are remembered before those that have run out are forgotten.
const maxRemembered = 10_000

// loginLimiter counts wrong passwords in this process. Its zero value is ready to use.
type loginLimiter struct {
	mu    sync.Mutex
	tries map[loginKey][]time.Time
}

// loginKey is a name at an address, or an address alone.
type loginKey struct{ name, address string }

// begin counts a try before the password is looked at, so that tries at the same moment count too. It says
// whether the try may be made.
func (l *loginLimiter) begin(name, address string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	byName, byAddress := loginKey{name, address}, loginKey{"", address}
	if len(l.recent(byName)) >= loginTries || len(l.recent(byAddress)) >= addressTries {
		return false
	}
	if l.tries == nil {
		l.tries = map[loginKey][]time.Time{}
	}
	if len(l.tries) > maxRemembered {
		for key := range l.tries {
			l.recent(key)
		}
	}
	at := time.Now()
	l.tries[byName] = append(l.tries[byName], at)
	l.tries[byAddress] = append(l.tries[byAddress], at)
	return true
}

// succeeded forgets the tries of a name from an address, the last of which was right.
func (l *loginLimiter) succeeded(name, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tries, loginKey{name, address})
	key := loginKey{"", address}
	if n := len(l.tries[key]); n > 0 {
		l.tries[key] = l.tries[key][:n-1]
	}
}

// recent drops what is older than the window and returns the rest.
func (l *loginLimiter) recent(key loginKey) []time.Time {
	times := l.tries[key]
	for len(times) > 0 && time.Since(times[0]) > loginWindow {
		times = times[1:]
	}
	if len(times) == 0 {
		delete(l.tries, key)
		return nil
	}
	l.tries[key] = times
	return times
}
