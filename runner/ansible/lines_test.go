package ansible

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestEachLine(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"Nothing":           {"", nil},
		"Lines":             {"a\nb\n", []string{"a", "b"}},
		"EmptyLine":         {"a\n\nb\n", []string{"a", "", "b"}},
		"LastWithoutEnd":    {"a\nb", []string{"a", "b"}},
		"Exactly":           {"12345678\nx\n", []string{"12345678", "x"}},
		"Long":              {"123456789\n", []string{"12345678", "9"}},
		"VeryLong":          {"12345678123456781\n", []string{"12345678", "12345678", "1"}},
		"CutBetweenLetters": {"1234567ä\n", []string{"1234567", "ä"}},
		"NotUTF8":           {"a\xff\xfeb\n", []string{"a\uFFFDb"}},
		"OnlyBadBytes":      {strings.Repeat("\x80", 9) + "\n", []string{"\uFFFD", "\uFFFD"}},
		"Redrawn":           {"10%\r20%\n", []string{"10%\r20%"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			err := eachLine(strings.NewReader(c.text), 8, func(line string) error {
				got = append(got, line)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("HugeLineStaysBounded", func(t *testing.T) {
		total := 0
		err := eachLine(strings.NewReader(strings.Repeat("ä€", 1<<20)), MaxLine, func(line string) error {
			if len(line) > MaxLine || !utf8.ValidString(line) {
				t.Fatalf("a line of %d bytes", len(line))
			}
			total += len(line)
			return nil
		})
		if err != nil || total != 5<<20 {
			t.Errorf("%d bytes, %v", total, err)
		}
	})
	t.Run("ReadsOnAfterAnError", func(t *testing.T) {
		bad, lines := errors.New("bad"), 0
		err := eachLine(strings.NewReader("a\nb\nc\n"), 8, func(string) error {
			lines++
			return bad
		})
		if !errors.Is(err, bad) || lines != 3 {
			t.Errorf("%d lines, %v", lines, err)
		}
	})
}

func TestParseRecord(t *testing.T) {
	t.Run("HostResult", func(t *testing.T) {
		got, err := parseRecord(`{"kind":"host_result","time":1700000000.5,"host":"m-01","task":"T","status":"changed","durationMs":1500,"message":"m"}`)
		if err != nil {
			t.Fatal(err)
		}
		want := Event{Kind: KindHostResult, Time: time.UnixMilli(1700000000500), Host: "m-01", Task: "T",
			Status: StatusChanged, Duration: 1500 * time.Millisecond, Message: "m"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	for name, line := range map[string]string{"NotJSON": "ok: [m-01]", "UnknownKind": `{"kind":"reboot"}`, "WrongType": `{"kind":"stats","stats":3}`} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseRecord(line); err == nil {
				t.Error("accepted")
			}
		})
	}
}
