package fleet

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Position is how far a MariaDB has come: the last transaction of each replication domain.
type Position map[uint64]uint64

// ParsePosition reads a GTID position such as "0-12-4711,1-12-5". What is no part of one is passed over.
func ParsePosition(text string) Position {
	position := Position{}
	for part := range strings.SplitSeq(text, ",") {
		fields := strings.Split(strings.TrimSpace(part), "-")
		if len(fields) != 3 {
			continue
		}
		domain, errDomain := strconv.ParseUint(fields[0], 10, 64)
		sequence, errSequence := strconv.ParseUint(fields[2], 10, 64)
		if errDomain == nil && errSequence == nil {
			position[domain] = max(position[domain], sequence)
		}
	}
	return position
}

// Missing is how many of the transactions up to p somebody who is at other does not have.
func (p Position) Missing(other Position) uint64 {
	missing := uint64(0)
	for domain, sequence := range p {
		if has := other[domain]; has < sequence {
			missing += sequence - has
		}
	}
	return missing
}

// Later is, for each domain, the later of two positions.
func (p Position) Later(other Position) Position {
	later := Position{}
	for _, position := range []Position{p, other} {
		for domain, sequence := range position {
			later[domain] = max(later[domain], sequence)
		}
	}
	return later
}

// String is the position in the form that ParsePosition reads. It names no servers.
func (p Position) String() string {
	parts := make([]string, 0, len(p))
	for _, domain := range slices.Sorted(maps.Keys(p)) {
		parts = append(parts, fmt.Sprintf("%d-0-%d", domain, p[domain]))
	}
	return strings.Join(parts, ",")
}
