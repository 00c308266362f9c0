package remote_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"central/runner/remote"
)

// split feeds chunks, flushes, and shows each line as its text, or as "~text" for a redraw, with its end.
func split(max int, chunks ...string) []string {
	var got []string
	s := remote.NewLineSplitter(100, func(l remote.Line) {
		mark := ""
		if l.Redraw {
			mark = "~"
		}
		got = append(got, fmt.Sprintf("%s%s @%d", mark, l.Text, l.End))
	})
	if max > 0 {
		s.Max = max
	}
	for _, c := range chunks {
		_, _ = s.Write([]byte(c))
	}
	s.Flush()
	return got
}

func TestLineSplitter(t *testing.T) {
	for _, c := range []struct {
		name   string
		max    int
		chunks []string
		want   []string
	}{
		{"Empty", 0, nil, nil},
		{"Lines", 0, []string{"a\nb\n\nc\n"}, []string{"a @102", "b @104", " @105", "c @107"}},
		{"Unfinished", 0, []string{"a\nb"}, []string{"a @102", "b @103"}},
		{"InPieces", 0, []string{"a", "b", "\n", "c"}, []string{"ab @103", "c @104"}},
		{"Windows", 0, []string{"a\r\nb\r\n"}, []string{"a @103", "b @106"}},
		{"RedrawnInOneChunk", 0, []string{"1%\r2%\r3%\n"}, []string{"3% @109"}},
		{"RedrawnBefore", 0, []string{"\r1%", "\r2%", "\n"}, []string{"~1% @103", "~2% @106", "2% @107"}},
		{"RedrawnAfter", 0, []string{"1%\r", "2%\r", "\n"}, []string{"~1% @103", "~2% @106", "2% @107"}},
		{"RedrawnTheSame", 0, []string{"1%\r", "1%\r", "1%\r", "\n"}, []string{"~1% @103", "1% @110"}},
		{"RedrawnShorter", 0, []string{"long text\rab\n"}, []string{"ab @113"}},
		{"RedrawnUnfinished", 0, []string{"1%\r2%"}, []string{"~2% @105", "2% @105"}},
		{"OnlyReturns", 0, []string{"\r\r\r"}, nil},
		{"Colours", 0, []string{"\x1b[31mred\x1b[0m\n"}, []string{"\x1b[31mred\x1b[0m @113"}},
		{"InvalidUTF8", 0, []string{"a\xffb\xc3\n"}, []string{"a\uFFFDb\uFFFD @105"}},
		{"CharacterInPieces", 0, []string{"\xf0\x9f", "\x98\x80\n"}, []string{"😀 @105"}},
		{"TooLong", 4, []string{"abcdefgh\nij\n"}, []string{"abcd… (4 more bytes) @109", "ij @112"}},
		{"JustLongEnough", 4, []string{"abcd\n"}, []string{"abcd @105"}},
		{"CutInACharacter", 4, []string{"abc😀\n"}, []string{"abc… (4 more bytes) @108"}},
		{"RedrawnTooLong", 4, []string{"abcdefgh\rxy\n"}, []string{"xy @112"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, split(c.max, c.chunks...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// However the bytes are cut into chunks, the lines are the same; and reading on at any line's end continues as if it had
// never stopped.
func TestLineSplitterAnyChunks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOf(rapid.SampledFrom([]string{"a", "bc", "\n", "\r", "\r\n", "\xff", "😀", "\xf0", "\x1b[0m", strings.Repeat("x", 20)})).Draw(t, "pieces")
		text := strings.Join(pieces, "")
		lines := func(from int64, chunks []string) []remote.Line {
			var got []remote.Line
			s := remote.NewLineSplitter(from, func(l remote.Line) {
				if !utf8.ValidString(l.Text) || len(l.Text) > 100 {
					t.Fatalf("%q", l.Text)
				}
				if !l.Redraw {
					got = append(got, l)
				}
			})
			s.Max = 16
			for _, c := range chunks {
				_, _ = s.Write([]byte(c))
			}
			s.Flush()
			return got
		}
		whole := lines(0, []string{text})
		if diff := cmp.Diff(whole, lines(0, strings.Split(text, ""))); diff != "" && utf8.ValidString(text) {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(whole, lines(0, pieces)); diff != "" {
			t.Fatal(diff)
		}
		if len(whole) > 0 {
			n := rapid.IntRange(0, len(whole)-1).Draw(t, "killed after line")
			rest := lines(whole[n].End, []string{text[whole[n].End:]})
			if diff := cmp.Diff(whole, append(whole[:n+1:n+1], rest...)); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}
