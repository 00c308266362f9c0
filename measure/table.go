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
	row(&text, "accepted deploySites → first event that the runner caused", m.firstEvent, seconds)
	row(&text, "a site, moved by Central", m.central, millis)
	row(&text, "a site, the same commands in a loop of ssh", m.raw, millis)
	row(&text, "Central over the loop, a site", m.over(), func(d time.Duration) string { return fmt.Sprintf("%+d ms", d.Milliseconds()) })
	ratios := m.ratios()
	fmt.Fprintf(&text, "  %-58s %10.2f %10.2f %10.2f\n", "Central ÷ loop", median(ratios), slices.Min(ratios), slices.Max(ratios))
	return text.String()
}

// table is what a person reads of those who signed up.
func (s signUps) table() string {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%d people sign up at the same moment, and as many sites stand ready on two servers\n\n", len(s.answers))
	fmt.Fprintf(&text, "  %-58s %10s %10s %10s\n", "", "median", "least", "most")
	row(&text, "confirmed address → the site answers its visitor", s.answers, seconds)
	row(&text, "confirmed address → they are told that it is ready", s.told, seconds)
	return text.String()
}

func row(text *strings.Builder, what string, times []time.Duration, show func(time.Duration) string) {
	fmt.Fprintf(text, "  %-58s %10s %10s %10s\n", what, show(median(times)), show(slices.Min(times)), show(slices.Max(times)))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }

func millis(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }

// over is how much longer Central took in each round than the loop did right after it, so that what else the
// machine is doing weighs on both.
func (m measurement) over() []time.Duration {
	over := make([]time.Duration, len(m.central))
	for i, central := range m.central {
		over[i] = central - m.loopIn(i)
	}
	return over
}

// ratios is how many times the loop's time Central took in each round.
func (m measurement) ratios() []float64 {
	ratios := make([]float64, len(m.central))
	for i, central := range m.central {
		ratios[i] = float64(central) / float64(m.loopIn(i))
	}
	return ratios
}

// loopIn is the loop's time for a site in a round: the mean of the way back and the way there.
func (m measurement) loopIn(round int) time.Duration {
	return (m.raw[2*round] + m.raw[2*round+1]) / 2
}

// median is the middle one, or the mean of the middle two.
func median[T time.Duration | float64](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
