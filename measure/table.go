package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// table is what a person reads of a run.
func (m measurement) table() string {
	var text strings.Builder
	fmt.Fprintf(&text, "\nMedians of %d rounds; %d sites a round, one after the other on one server\n\n", len(m.firstEvent), m.sites)
	fmt.Fprintf(&text, "  %-58s %10s %10s %10s\n", "", "median", "least", "most")
	row := func(what string, times []time.Duration, show func(time.Duration) string) {
		fmt.Fprintf(&text, "  %-58s %10s %10s %10s\n", what, show(median(times)), show(slices.Min(times)), show(slices.Max(times)))
	}
	row("accepted deploySites → first event that the runner caused", m.firstEvent, func(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) })
	row("a site, moved by Central", m.central, millis)
	row("a site, the same commands in a loop of ssh", m.raw, millis)
	central, raw := median(m.central), median(m.raw)
	fmt.Fprintf(&text, "  %-58s %10s\n", "Central over the loop, a site", fmt.Sprintf("%+d ms", (central-raw).Milliseconds()))
	fmt.Fprintf(&text, "  %-58s %10s\n", "Central ÷ loop", fmt.Sprintf("%.2f", float64(central)/float64(raw)))
	return text.String()
}

// median is the middle one, or the mean of the middle two.
func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
