package ansible

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxLine is the longest Line of an Event in bytes.
const MaxLine = 16 << 10

// maxRecord is the longest line that the callback plugin writes: its texts are cut at 8,192
// characters, each at most 12 bytes as JSON in ASCII, and there are at most two of them besides the
// list of hosts.
const maxRecord = 8 << 20

// eachLine calls do for each line of r without its end. Lines longer than limit bytes come in pieces,
// cut between characters; what is not UTF-8 is replaced. It reads on after an error of do, so that
// the writer is never blocked, and returns the first one.
func eachLine(r io.Reader, limit int, do func(string) error) error {
	reader := bufio.NewReaderSize(r, 64<<10)
	var line []byte
	var first error
	flush := func(n int) {
		if err := do(strings.ToValidUTF8(string(line[:n]), "\uFFFD")); err != nil && first == nil {
			first = err
		}
		line = append(line[:0], line[n:]...)
	}
	for {
		part, err := reader.ReadSlice('\n')
		complete := err == nil
		if complete {
			part = part[:len(part)-1]
		}
		line = append(line, part...)
		for len(line) > limit {
			flush(cutAt(line, limit))
		}
		if complete || (errors.Is(err, io.EOF) && len(line) > 0) {
			flush(len(line))
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if !errors.Is(err, io.EOF) && first == nil {
				first = err
			}
			return first
		}
	}
}

// cutAt is the largest n ≤ limit that does not split a character of text.
func cutAt(text []byte, limit int) int {
	for n := limit; n > limit-utf8.UTFMax && n > 0; n-- {
		if utf8.RuneStart(text[n]) {
			return n
		}
	}
	return limit
}

// record is a line of the callback plugin.
type record struct {
	Kind       Kind                 `json:"kind"`
	Time       float64              `json:"time"` // seconds since 1970
	Play       string               `json:"play"`
	Hosts      []string             `json:"hosts"`
	Check      bool                 `json:"check"`
	Task       string               `json:"task"`
	Index      int                  `json:"index"`
	Total      int                  `json:"total"`
	Host       string               `json:"host"`
	Item       string               `json:"item"`
	Status     Status               `json:"status"`
	DurationMS int64                `json:"durationMs"`
	Message    string               `json:"message"`
	Stream     Stream               `json:"stream"`
	Line       string               `json:"line"`
	Stats      map[string]HostStats `json:"stats"`
}

func parseRecord(line string) (Event, error) {
	var r record
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		return Event{}, fmt.Errorf("reading an event of the play: %w", err)
	}
	switch r.Kind {
	case KindPlayStart, KindTaskStart, KindOutput, KindItemResult, KindHostResult, KindStats:
	default:
		return Event{}, fmt.Errorf("reading an event of the play: unknown kind %q", r.Kind)
	}
	return Event{
		Kind: r.Kind, Time: time.UnixMicro(int64(r.Time * 1e6)), Play: r.Play, Hosts: r.Hosts, Check: r.Check,
		Task: r.Task, Index: r.Index, Total: r.Total, Host: r.Host, Item: r.Item, Status: r.Status,
		Duration: time.Duration(r.DurationMS) * time.Millisecond, Message: r.Message,
		Stream: r.Stream, Line: r.Line, Stats: r.Stats,
	}, nil
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
