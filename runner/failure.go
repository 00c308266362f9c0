package runner

import (
	"errors"
	"runtime/debug"
	"strings"

	"central/fleet"
)

// detailed is an error with more to read than its sentence, such as a traceback.
type detailed struct {
	error
	detail string
}

func (d detailed) Unwrap() error { return d.error }

// failureOf is an error as an action keeps it; nil for nil.
func failureOf(err error) *fleet.Failure {
	if err == nil {
		return nil
	}
	failure := &fleet.Failure{Code: fleet.CodeInternal, Message: err.Error()}
	var known *fleet.Error
	if errors.As(err, &known) {
		failure.Code, failure.Message = known.Code, known.Message
	}
	var more detailed
	if errors.As(err, &more) {
		failure.Detail = more.detail
	}
	return failure
}

func stack() string { return string(debug.Stack()) }

// lastLine is the last line of an output that says something.
func lastLine(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
