package graph

import "central/fleet"

func pageOf(first int, after *string) fleet.Page {
	return fleet.Page{First: first, After: orZero(after)}
}

// orZero is what a pointer points to, the zero value for nil.
func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// orGone makes an object that does not exist null.
func orGone[T any](object T, err error) (*T, error) {
	if fleet.ErrorCode(err) == fleet.CodeNotFound {
		return nil, nil
	}
	return &object, err
}
