package bench_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"central/fleet"
	"central/runner/bench"
)

func TestLine(t *testing.T) {
	for _, c := range []struct {
		name, login, want string
		command           bench.Command
	}{
		{"AsRoot", "root", "systemctl is-active nginx", bench.Command{Argv: []string{"systemctl", "is-active", "nginx"}}},
		{"BySudo", "deploy", "sudo -n -- systemctl is-active nginx", bench.Command{Argv: []string{"systemctl", "is-active", "nginx"}}},
		{"AsUser", "root", "runuser -u frappe -- env --chdir=/srv A=1 'B=x y' HOME=/home/frappe bench 'a b'",
			bench.Command{Argv: []string{"bench", "a b"}, Dir: "/srv", User: "frappe", Env: map[string]string{"B": "x y", "A": "1"}}},
		{"AsUserBySudo", "deploy", "sudo -n -- runuser -u frappe -- env HOME=/home/frappe id", bench.Command{Argv: []string{"id"}, User: "frappe"}},
		{"OwnHome", "root", "runuser -u frappe -- env HOME=/tmp id", bench.Command{Argv: []string{"id"}, User: "frappe", Env: map[string]string{"HOME": "/tmp"}}},
		{"NoSecretInLine", "root", "mariadb", bench.Command{Argv: []string{"mariadb"}, Stdin: []byte("secret")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.command.Line(c.login)
			if err != nil || got != c.want {
				t.Errorf("%v\n got %s\nwant %s", err, got, c.want)
			}
		})
	}
	for name, c := range map[string]bench.Command{
		"ErrNoProgram":       {},
		"ErrEmptyProgram":    {Argv: []string{""}},
		"ErrOption":          {Argv: []string{"-x"}},
		"ErrVariable":        {Argv: []string{"A=b"}},
		"ErrNUL":             {Argv: []string{"echo", "a\x00b"}},
		"ErrRelativeDir":     {Argv: []string{"id"}, Dir: "srv"},
		"ErrNULInDir":        {Argv: []string{"id"}, Dir: "/s\x00"},
		"ErrVariableName":    {Argv: []string{"id"}, Env: map[string]string{"A-B": "1"}},
		"ErrEmptyVariable":   {Argv: []string{"id"}, Env: map[string]string{"": "1"}},
		"ErrNULInVariable":   {Argv: []string{"id"}, Env: map[string]string{"A": "\x00"}},
		"ErrUser":            {Argv: []string{"id"}, User: "-x"},
		"ErrUserWithCommand": {Argv: []string{"id"}, User: "frappe;id"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := c.Line("root"); fleet.ErrorCode(err) != fleet.CodeInvalid {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// Whatever is in an argument, a shell hands it over as it was.
func TestQuoteRoundTrip(t *testing.T) {
	for _, shell := range []string{"sh", "bash"} {
		t.Run(shell, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				word := rapid.OneOf(
					rapid.StringOf(rapid.SampledFrom([]rune("a '\"\\$`!*?[]{}()<>|&;#~=%^-\n\t\r\x01é€😀"))),
					rapid.String(),
					rapid.SampledFrom([]string{"", "-n", "--", "'", "''", `\`, `\n`, "$(id)", "`id`", "${HOME}", "~", "~root", "!!", "*", "a=b", "{a,b}", "\xff\xfe", "{{ lookup('pipe','id') }}"}),
				)
				var argv []string
				for _, w := range rapid.SliceOfN(word, 1, 6).Draw(t, "argv") {
					argv = append(argv, strings.ReplaceAll(w, "\x00", ""))
				}
				value := strings.ReplaceAll(word.Draw(t, "value"), "\x00", "")
				c := bench.Command{
					Argv: append([]string{"sh", "-c", `printf '%s\0' "$V" "$@"`, "sh"}, argv...),
					Dir:  "/tmp", Env: map[string]string{"V": value},
				}
				line, err := c.Line("root")
				if err != nil {
					t.Fatal(err)
				}
				out, err := exec.Command(shell, "-c", line).Output()
				if err != nil {
					t.Fatal(err)
				}
				got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
				if diff := cmp.Diff(append([]string{value}, argv...), got); diff != "" {
					t.Fatalf("%s\n%s", line, diff)
				}
			})
		})
	}
}
