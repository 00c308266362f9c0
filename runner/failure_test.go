package runner

import (
	"errors"
	"fmt"
	"testing"

	"central/fleet"
)

func TestFailureOf(t *testing.T) {
	known := fleet.Errorf(fleet.CodeDiskFull, "m-01 is full.")
	for _, c := range []struct {
		name string
		err  error
		want fleet.Failure
	}{
		{"Known", known, fleet.Failure{Code: fleet.CodeDiskFull, Message: "m-01 is full."}},
		{"Wrapped", fmt.Errorf("back up: %w", known), fleet.Failure{Code: fleet.CodeDiskFull, Message: "m-01 is full."}},
		{"TheFirstOfTwo", fmt.Errorf("%w (%w)", known, fleet.Errorf(fleet.CodeCommandFailed, "status 1")), fleet.Failure{Code: fleet.CodeDiskFull, Message: "m-01 is full."}},
		{"WithDetail", detailed{known, "Traceback"}, fleet.Failure{Code: fleet.CodeDiskFull, Message: "m-01 is full.", Detail: "Traceback"}},
		{"DetailWithin", fmt.Errorf("migrate: %w", detailed{known, "Traceback"}), fleet.Failure{Code: fleet.CodeDiskFull, Message: "m-01 is full.", Detail: "Traceback"}},
		{"Fault", errors.New("a bug"), fleet.Failure{Code: fleet.CodeInternal, Message: "a bug"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := failureOf(c.err); *got != c.want {
				t.Errorf("got %+v, want %+v", *got, c.want)
			}
		})
	}
	t.Run("None", func(t *testing.T) {
		if got := failureOf(nil); got != nil {
			t.Errorf("got %+v", *got)
		}
	})
}
