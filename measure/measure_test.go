package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"central/runner/bench"
)

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		name  string
		times []time.Duration
		want  time.Duration
	}{
		{"One", []time.Duration{7}, 7},
		{"MiddleOfThree", []time.Duration{9, 1, 4}, 4},
		{"MeanOfTheMiddleTwo", []time.Duration{8, 2, 4, 100}, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			given := slices.Clone(c.times)
			if got := median(given); got != c.want {
				t.Errorf("median of %v is %v, want %v", c.times, got, c.want)
			}
			if !slices.Equal(given, c.times) {
				t.Errorf("the times were put into another order: %v", given)
			}
		})
	}
}

func TestTable(t *testing.T) {
	seen := measurement{
		sites:      2,
		firstEvent: []time.Duration{20 * time.Millisecond, 12 * time.Millisecond},
		central:    []time.Duration{2200 * time.Millisecond, 2400 * time.Millisecond},
		raw:        []time.Duration{2 * time.Second, 1800 * time.Millisecond, 2200 * time.Millisecond, 2 * time.Second},
	}
	lines := strings.Split(seen.table(), "\n")
	for _, want := range []string{"0.016 s 0.012 s 0.020 s", "2300 ms 2200 ms 2400 ms", "2000 ms 1800 ms 2200 ms", "+300 ms +300 ms +300 ms", "1.15 1.14 1.16"} {
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasSuffix(strings.Join(strings.Fields(line), " "), want) }) {
			t.Errorf("no line ends in %q:\n%s", want, seen.table())
		}
	}
}

func TestTableOfSignUps(t *testing.T) {
	seen := signUps{
		answers: []time.Duration{900 * time.Millisecond, 700 * time.Millisecond, 4 * time.Second},
		told:    []time.Duration{1100 * time.Millisecond, 800 * time.Millisecond, 5 * time.Second},
	}
	table := strings.Join(strings.Fields(seen.table()), " ")
	for _, want := range []string{"3 people sign up at the same moment", "0.900 s 0.700 s 4.000 s", "1.100 s 0.800 s 5.000 s"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in %s", want, table)
		}
	}
}

func TestSameSteps(t *testing.T) {
	older, newer := placeAt(t, "r1", 8000), placeAt(t, "r2", 8001)
	central := []string{"Preflight", "Maintenance on", "Drain jobs", "Back up", "Move", "Route", "Migrate", "Health check", "Maintenance off", "Search index", "Clean up"}
	t.Run("OK", func(t *testing.T) {
		if err := sameSteps(central, older, newer); err != nil {
			t.Error(err)
		}
	})
	t.Run("AnotherStep", func(t *testing.T) {
		if err := sameSteps(append(slices.Clone(central), "Warm up"), older, newer); err == nil {
			t.Error("a step that the loop does not have went unseen")
		}
	})
}

func placeAt(t *testing.T, revision string, port int) place {
	t.Helper()
	at, err := bench.At(benchName, revision)
	if err != nil {
		t.Fatal(err)
	}
	return place{at, port}
}
