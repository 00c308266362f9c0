package store

import "time"

// How often a message is tried, and how long a try may take before another process takes it over.
const (
	mailTries = 6
	mailLease = 2 * time.Minute
)

// mailPauses are how long it is waited after each try that failed.
var mailPauses = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour}

// mailPause is how long it is waited after so many tries that failed.
func mailPause(tries int) time.Duration {
	return mailPauses[min(max(tries, 1), len(mailPauses))-1]
}
