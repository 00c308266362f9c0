package fleet

import "log/slog"

// Secret is a text that no log, error or record may show. Only an explicit conversion to string gives it away.
type Secret string

const hidden = "[hidden]"

// String implements fmt.Stringer.
func (Secret) String() string { return hidden }

// GoString implements fmt.GoStringer.
func (Secret) GoString() string { return hidden }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps it out of everything that is encoded.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
